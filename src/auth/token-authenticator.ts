/**
 * auth/: who sent a request and whether they may: authenticate → authorise → admit (admission itself runs in
 * registry/, where the object is known). May import registry and resources contracts, values, errors. Tokens are
 * compared by digest and in constant time, never stored, logged or put into an error.
 *
 * The set of tokens is small and kept in memory: read again when older than five seconds, and on a miss, so that a
 * fresh token works at once; misses may cause one read a second at most, whatever is thrown at them.
 */
import { timingSafeEqual } from 'node:crypto';
import { API_AUDIENCE, type Authenticator, type UserInfo } from './identity.ts';
import { digestOf } from './token-digest.ts';
import type { TokenStore } from './token-store.ts';

const REFRESH_MS = 5_000;
const MISS_REFRESH_MS = 1_000;
/** Longer credentials are refused unread: hashing them would be the sender's to command. */
const MAX_TOKEN_LENGTH = 4_096;

type Entry = Awaited<ReturnType<TokenStore['all']>>[number];

export interface TokenAuthenticatorOptions {
  readonly tokens: TokenStore;
  /** Monotonic milliseconds. */
  readonly monotonic?: () => number;
}

/** Goes through the whole set whatever it finds, so that the time tells nothing of where a match was. */
function match(entries: readonly Entry[], digest: Uint8Array): UserInfo | undefined {
  let found: UserInfo | undefined;
  for (const entry of entries) {
    if (entry.digest.length === digest.length && timingSafeEqual(entry.digest, digest)) {
      found = entry.user;
    }
  }
  return found;
}

export function createTokenAuthenticator(options: TokenAuthenticatorOptions): Authenticator {
  const { tokens, monotonic = () => performance.now() } = options;
  let entries: readonly Entry[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const read = async (): Promise<void> => {
    const started = monotonic();
    entries = await tokens.all();
    readAt = started;
  };
  /** Concurrent callers share one read. */
  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  return {
    async authenticate(bearerToken, audiences = [API_AUDIENCE]) {
      // These tokens are for the API and for nobody else.
      const isForUs = audiences.length === 0 || audiences.includes(API_AUDIENCE);
      if (!isForUs || bearerToken === '' || bearerToken.length > MAX_TOKEN_LENGTH) {
        return undefined;
      }
      if (monotonic() - readAt >= REFRESH_MS) {
        await refresh();
      }
      const digest = digestOf(bearerToken);
      const user = match(entries, digest);
      if (user !== undefined || monotonic() - readAt < MISS_REFRESH_MS) {
        return user;
      }
      await refresh();
      return match(entries, digest);
    },
  };
}
