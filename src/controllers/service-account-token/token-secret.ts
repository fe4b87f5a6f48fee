/** What a secret with an account's token must hold. Pure. */
import type { KubeObject } from '../../values/object.ts';

export const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

export interface TokenSecret extends KubeObject {
  type?: string;
  /** base64. */
  data?: Record<string, string>;
  immutable?: boolean;
}

export const isTokenSecret = (object: KubeObject): boolean =>
  (object as TokenSecret).type === TOKEN_TYPE && accountOf(object).name !== '';

/** `uid` '': it was not filled yet. */
export const accountOf = ({ metadata: { annotations = {} } }: KubeObject): { name: string; uid: string } => ({
  name: annotations[ACCOUNT_NAME] ?? '',
  uid: annotations[ACCOUNT_UID] ?? '',
});

const encoded = (text: string): string => Buffer.from(text).toString('base64');

export const isComplete = ({ data = {} }: TokenSecret, ca: string): boolean =>
  data['ca.crt'] === encoded(ca) && (data['namespace'] ?? '') !== '' && (data['token'] ?? '') !== '';

/** Fills in what is missing: a token that is there stays. Answers whether anything was. */
export function completed(
  secret: TokenSecret,
  { ca, token, uid }: { readonly ca: string; readonly token: string; readonly uid: string },
): boolean {
  if (isComplete(secret, ca)) {
    return false;
  }
  const { data = {}, metadata } = secret;
  metadata.annotations = { ...metadata.annotations, [ACCOUNT_UID]: uid };
  secret.data = {
    ...data,
    'ca.crt': encoded(ca),
    namespace: data['namespace'] || encoded(metadata.namespace ?? ''),
    token: data['token'] || encoded(token),
  };
  return true;
}
