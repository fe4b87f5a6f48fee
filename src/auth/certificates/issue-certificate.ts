/**
 * Makes certificates: an authority, and serving certificates under it. ECDSA P-256, extensions as RFC 5280 and Go's
 * crypto/x509 want them. Pure but for the keys it draws.
 */
import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
const SERVING_DAYS = 365;
/** Clients whose clocks are a little behind accept a certificate that was just made. */
const BACKDATE_MS = 3_600_000;

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
export const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };

export async function issueAuthority(now: number, name = 'CN=flotilla-ca'): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name,
      keys,
      signingAlgorithm: SIGNING_ALGORITHM,
      ...validity(now, AUTHORITY_DAYS),
      extensions: [
        // Path length 0: it signs certificates for servers or clients, not further authorities.
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return toPem(certificate, keys.privateKey);
}

export async function issueServingCertificate(
  authority: KeyPair,
  names: readonly JsonGeneralName[],
  now: number,
): Promise<KeyPair> {
  const keys = await generateKeys();
  const issuer = new X509Certificate(authority.certificate);
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([...names]),
    await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
  ];
  const certificate = await X509CertificateGenerator.create(
    {
      subject: 'CN=flotilla',
      issuer: issuer.subject,
      publicKey: keys.publicKey,
      signingKey: await importSigningKey(authority.key),
      signingAlgorithm: SIGNING_ALGORITHM,
      ...validity(now, SERVING_DAYS),
      extensions,
    },
    webcrypto,
  );
  return toPem(certificate, keys.privateKey);
}

const validity = (now: number, days: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now - BACKDATE_MS),
  notAfter: new Date(now + days * DAY_MS),
});

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);

export const importSigningKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }),
    KEY_ALGORITHM,
    false,
    ['sign'],
  );

const toPem = (certificate: X509Certificate, key: webcrypto.CryptoKey): KeyPair => ({
  certificate: `${certificate.toString('pem')}\n`,
  key: KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString(),
});
