/**
 * The authority that certificates of clients come from: users' and kubelets', by certificates.k8s.io requests. It is
 * another than the API's own, which must sign nothing but the API, and is one for all processes of a fleet.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import type { CertificateIssuer, CertificateOrder } from '../../resources/certificates/certificate-order.ts';
import { importSigningKey, issueAuthority, type KeyPair, SIGNING_ALGORITHM } from './issue-certificate.ts';
import { formatPair, parsePair } from './key-pair-file.ts';
import { requestedIdentity } from './requested-identity.ts';
import { extendedUsagesOf, keyUsagesOf } from './usages.ts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

export interface ClientAuthority extends CertificateIssuer {
  /** PEM: what a certificate that it issued is checked against. */
  readonly certificate: string;
}

/** What all processes agree on; see storage's settleClientAuthority. */
export type SettleAuthority = (offered: string, instead?: string) => Promise<string>;

/** Source: pkg/controller/certificates/authority, which backdates by five minutes. */
const BACKDATE_MS = 300_000;
/** OID, RFC 5280. */
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const NAME = 'CN=flotilla-client-ca';

export async function openClientAuthority(settle: SettleAuthority, now: () => number): Promise<ClientAuthority> {
  const offered = formatPair(await issueAuthority(now(), NAME));
  let text = await settle(offered);
  let found = parsePair(text, now());
  if (found.state !== 'usable') {
    text = await settle(offered, text);
    found = parsePair(text, now());
  }
  if (found.state !== 'usable') {
    throw new Error('the certificate authority for clients cannot be read, nor replaced');
  }
  const { pair, validUntil } = found;
  return {
    certificate: pair.certificate,
    identityOf: requestedIdentity,
    issue: (order) => issue(pair, order, now(), validUntil),
  };
}

async function issue(authority: KeyPair, order: CertificateOrder, now: number, authorityEnds: number): Promise<string> {
  const issuer = new X509Certificate(authority.certificate);
  const request = new Pkcs10CertificateRequest(order.request);
  const keyUsages = keyUsagesOf(order.usages);
  const purposes = extendedUsagesOf(order.usages);
  const names = request.getExtension(SUBJECT_ALTERNATIVE_NAME);
  const extensions: Extension[] = [
    // An empty one makes the certificate invalid to OpenSSL.
    ...(keyUsages === 0 ? [] : [new KeyUsagesExtension(keyUsages, true)]),
    ...(purposes.length === 0 ? [] : [new ExtendedKeyUsageExtension(purposes)]),
    new BasicConstraintsExtension(false, undefined, true),
    await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
    ...(names === null ? [] : [names]),
  ];
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: randomBytes(16).toString('hex'),
      subject: request.subjectName,
      issuer: issuer.subjectName,
      publicKey: request.publicKey,
      signingKey: await importSigningKey(authority.key),
      signingAlgorithm: SIGNING_ALGORITHM,
      notBefore: new Date(now - BACKDATE_MS),
      notAfter: new Date(Math.min(now + order.seconds * 1_000, authorityEnds)),
      extensions,
    },
    webcrypto,
  );
  return `${certificate.toString('pem')}\n`;
}
