/**
 * Who a verified client certificate speaks for. Source: apiserver's authentication/request/x509, CommonNameUserConversion:
 * the common name is the user, each organization a group.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import { asAuthenticated } from '../any-authenticator.ts';
import type { UserInfo } from '../identity.ts';

type Name = Readonly<Record<string, string | readonly string[] | undefined>>;

const texts = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** undefined: it names nobody. The caller has checked who issued it, for what, and when. */
export function certificateUser(certificate: X509Certificate): UserInfo | undefined {
  const { CN, O } = certificate.toLegacyObject().subject as unknown as Name;
  // Of several common names the last counts, as in Go.
  const username = texts(CN).at(-1) ?? '';
  const digest = createHash('sha256').update(certificate.raw).digest('hex');
  return username === ''
    ? undefined
    : asAuthenticated({
        username,
        groups: [...texts(O)],
        extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${digest}`] },
      });
}
