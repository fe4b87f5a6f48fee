/** What is between those who decide on certificates and whoever has the authority's key. */
export interface CertificateOrder {
  /** PKCS#10, PEM. */
  readonly request: string;
  /** By their names in certificates.k8s.io. */
  readonly usages: readonly string[];
  readonly seconds: number;
}

/** What a certificate request asks to be called: subject and alternative names. */
export interface RequestedIdentity {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

export interface CertificateIssuer {
  /** Throws on requests that are none. */
  identityOf(request: string): RequestedIdentity;
  /** Subject, names and key are the request's, the rest the order's. PEM. Throws on requests that are none. */
  issue(order: CertificateOrder): Promise<string>;
}
