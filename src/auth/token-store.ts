import type { UserInfo } from './identity.ts';

/** Bearer tokens by SHA-256 digest (32 bytes); the token itself is never stored. Implemented in storage/. */
export interface TokenStore {
  put(digest: Uint8Array, user: UserInfo): Promise<void>;
  /** All digests and users, a small set, so that the comparison can be made in constant time in memory. */
  all(): Promise<readonly { readonly digest: Uint8Array; readonly user: UserInfo }[]>;
}
