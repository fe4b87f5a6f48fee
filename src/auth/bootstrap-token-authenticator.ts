/**
 * Lets nodes that are to join in, by `bootstrap.kubernetes.io/token` secrets of kube-system. Source:
 * plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go, 1.34.
 */
import { timingSafeEqual } from 'node:crypto';
import { decodeObject, type Registry } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import { parseTime } from '../values/rfc3339.ts';
import { API_AUDIENCE, type Authenticator, type UserInfo } from './identity.ts';
import { digestOf } from './token-digest.ts';

interface TokenSecret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const BOOTSTRAPPERS = 'system:bootstrappers';
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

const isSame = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b));

/** undefined: the secret does not let this token in. */
function userOf(secret: TokenSecret, id: string, token: string, now: number): UserInfo | undefined {
  const field = (name: string): string => Buffer.from(secret.data?.[name] ?? '', 'base64').toString('utf8');
  const expiration = field('expiration');
  const groups = field('auth-extra-groups').split(',').filter(Boolean);
  const fits =
    secret.metadata.deletionTimestamp === undefined &&
    secret.type === 'bootstrap.kubernetes.io/token' &&
    field('token-id') === id &&
    isSame(field('token-secret'), token) &&
    (expiration === '' || (parseTime(expiration) ?? 0) > now) &&
    field('usage-bootstrap-authentication') === 'true' &&
    groups.every((group) => EXTRA_GROUP.test(group));
  return fits ? { username: `system:bootstrap:${id}`, groups: [BOOTSTRAPPERS, ...groups] } : undefined;
}

export function createBootstrapTokenAuthenticator(registry: Pick<Registry, 'find'>, now: () => number): Authenticator {
  return {
    async authenticate(text, audiences = [API_AUDIENCE]) {
      const [, id = '', token = ''] = TOKEN.exec(text) ?? [];
      const isForUs = audiences.length === 0 || audiences.includes(API_AUDIENCE);
      if (id === '' || !isForUs) {
        return undefined;
      }
      const stored = await registry.find('secrets', 'kube-system', `bootstrap-token-${id}`);
      return stored === undefined ? undefined : userOf(decodeObject(stored), id, token, now());
    },
  };
}
