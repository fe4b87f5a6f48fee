/** Lets service accounts in, for as long as the account, and what its token is bound to, are there. */
import { decodeObject, type Registry } from '../registry/registry.ts';
import type { Secret } from '../resources/core/secret.ts';
import type { Authenticator, UserInfo } from './identity.ts';
import type { BoundKind, VerifiedToken } from './service-account-claims.ts';
import { accountGroups, accountUsername } from './service-account-names.ts';
import type { ServiceAccountTokens } from './service-account-tokens.ts';
import { digestOf } from './token-digest.ts';

/** A token that is in use is looked up again this often: so long does it outlive its account. */
const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;
const MAX_TOKEN_LENGTH = 4_096;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const PLURALS: Readonly<Record<BoundKind, string>> = { pod: 'pods', secret: 'secrets', node: 'nodes' };

const userOf = ({ id, namespace, serviceaccount }: VerifiedToken): UserInfo => ({
  username: accountUsername(namespace, serviceaccount.name),
  uid: serviceaccount.uid,
  groups: accountGroups(namespace),
  ...(id === '' ? {} : { extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${id}`] } }),
});

export interface ServiceAccountAuthenticatorOptions {
  readonly tokens: ServiceAccountTokens;
  readonly registry: Pick<Registry, 'find'>;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
}

export function createServiceAccountAuthenticator(options: ServiceAccountAuthenticatorOptions): Authenticator {
  const { tokens, registry, monotonic } = options;
  const known = new Map<string, { readonly user: UserInfo; readonly until: number }>();

  const isThere = async (resource: string, namespace: string, { name, uid }: { name: string; uid: string }) =>
    (await registry.find(resource, namespace, name))?.uid === uid;

  /** A secret that was made anew, or filled by hand, is no proof of any other token. */
  const holds = async (namespace: string, name: string, token: string): Promise<boolean> => {
    const stored = await registry.find('secrets', namespace, name);
    const secret = stored === undefined ? undefined : decodeObject<Secret>(stored);
    const held = Buffer.from(secret?.data?.['token'] ?? '', 'base64').toString();
    return secret?.metadata.deletionTimestamp === undefined && held === token;
  };

  const lookUp = async (token: string, audiences: readonly string[]): Promise<UserInfo | undefined> => {
    const verified = await tokens.verify(token, audiences);
    if (verified === undefined) {
      return undefined;
    }
    const { namespace, serviceaccount, bound, secretName } = verified;
    const checks = [isThere('serviceaccounts', namespace, serviceaccount)];
    if (bound !== undefined) {
      checks.push(isThere(PLURALS[bound.kind], bound.kind === 'node' ? '' : namespace, bound.reference));
    }
    if (secretName !== undefined) {
      checks.push(holds(namespace, secretName, token));
    }
    return (await Promise.all(checks)).every(Boolean) ? userOf(verified) : undefined;
  };

  return {
    async authenticate(token, audiences = []) {
      if (token.length > MAX_TOKEN_LENGTH || !JWT.test(token)) {
        return undefined;
      }
      // By digest: what is remembered must not let anybody in.
      const key = `${Buffer.from(digestOf(token)).toString('base64')} ${audiences.join(' ')}`;
      const remembered = known.get(key);
      if (remembered !== undefined && remembered.until > monotonic()) {
        return remembered.user;
      }
      const asked = monotonic();
      const user = await lookUp(token, audiences);
      if (user === undefined) {
        known.delete(key);
      } else {
        if (known.size >= MAX_REMEMBERED) {
          known.clear();
        }
        known.set(key, { user, until: asked + REMEMBER_MS });
      }
      return user;
    },
  };
}
