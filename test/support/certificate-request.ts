/** A PKCS#10 request of a P-256 key for CN=alice, as openssl makes them. Requests do not expire. */
export const REQUEST_PEM = `-----BEGIN CERTIFICATE REQUEST-----
MIHJMHICAQAwEDEOMAwGA1UEAwwFYWxpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAARuwxO/N4Qx12bOrbuC2XvSOxDYbMggH7eEaKK7aBzG0L/RnOgZjXfB2TnL
4BpdDypgB8bC4bCraSE/NVWaPtJmoAAwCgYIKoZIzj0EAwIDRwAwRAIgKrTpeuBs
Wq4uu3zWTsYU2EoJUwso19trsjMQG55Xd9YCIGPgM03nTe46wpA+PUpGhAnnFU1+
uZn8vKs+wQvCg//z
-----END CERTIFICATE REQUEST-----
`;

/** As `spec.request` carries it. */
export const REQUEST = Buffer.from(REQUEST_PEM).toString('base64');
