/** Bearer tokens and what is stored of them. A token has 256 random bits, so one plain SHA-256 is enough. */
import { hash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

export const digestOf = (token: string): Uint8Array => hash('sha256', token, 'buffer');

/** A fresh token to show once, and the digest to store. */
export function newToken(): { readonly token: string; readonly digest: Uint8Array } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, digest: digestOf(token) };
}
