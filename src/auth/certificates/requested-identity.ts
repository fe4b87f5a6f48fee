/** What a certificate request asks to be called: subject and alternative names. */
import type { RequestedIdentity } from '../../resources/certificates/certificate-order.ts';
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from './x509.ts';

/** `request`: PKCS#10, PEM. Throws on what is none. */
export function requestedIdentity(request: string): RequestedIdentity {
  const { subjectName, extensions } = new Pkcs10CertificateRequest(request);
  const names = extensions.flatMap((extension) =>
    extension instanceof SubjectAlternativeNameExtension ? extension.names.items : [],
  );
  const ofType = (type: string): string[] => names.filter((name) => name.type === type).map(({ value }) => value);
  return {
    // Of several common names the last counts, as in Go.
    commonName: subjectName.getField('CN').at(-1) ?? '',
    organizations: subjectName.getField('O'),
    dnsNames: ofType('dns'),
    ipAddresses: ofType('ip'),
    emails: ofType('email'),
    uris: ofType('url'),
  };
}
