/** Who is let in by a token, put together: users with a token of ours, service accounts, nodes that are to join. */
import type { Registry } from '../registry/registry.ts';
import { anyAuthenticator } from './any-authenticator.ts';
import { createBootstrapTokenAuthenticator } from './bootstrap-token-authenticator.ts';
import type { Authenticator } from './identity.ts';
import { createServiceAccountAuthenticator } from './service-account-authenticator.ts';
import { createServiceAccountTokens, type ServiceAccountTokens } from './service-account-tokens.ts';
import { createTokenAuthenticator } from './token-authenticator.ts';
import type { TokenStore } from './token-store.ts';

export interface AccessOptions {
  readonly tokens: TokenStore;
  readonly registry: Pick<Registry, 'find'>;
  /** Signs the tokens of service accounts; the same in all replicas. */
  readonly secret: Uint8Array;
  readonly clock: { now(): number; monotonic(): number };
  readonly newId: () => string;
}

export function createAccess({ tokens, registry, secret, clock, newId }: AccessOptions): {
  readonly authenticator: Authenticator;
  readonly accountTokens: ServiceAccountTokens;
} {
  const accountTokens = createServiceAccountTokens({ secret, now: () => clock.now(), newId });
  const monotonic = (): number => clock.monotonic();
  const authenticator = anyAuthenticator([
    createTokenAuthenticator({ tokens, monotonic }),
    createServiceAccountAuthenticator({ tokens: accountTokens, registry, monotonic }),
    createBootstrapTokenAuthenticator(registry, () => clock.now()),
  ]);
  return { authenticator, accountTokens };
}
