/** Several authenticators as one: the first that knows the token. Whoever gets in is of `system:authenticated`. */
import type { Authenticator, UserInfo } from './identity.ts';

const AUTHENTICATED = 'system:authenticated';

export const asAuthenticated = (user: UserInfo): UserInfo =>
  user.groups.includes(AUTHENTICATED) ? user : { ...user, groups: [...user.groups, AUTHENTICATED] };

export function anyAuthenticator(authenticators: readonly Authenticator[]): Authenticator {
  const members = new WeakMap<UserInfo, UserInfo>();
  const asMember = (user: UserInfo): UserInfo => {
    const member = members.get(user) ?? asAuthenticated(user);
    members.set(user, member);
    return member;
  };
  return {
    async authenticate(token, audiences) {
      for (const authenticator of authenticators) {
        const user = await authenticator.authenticate(token, audiences);
        if (user !== undefined) {
          return asMember(user);
        }
      }
      return undefined;
    },
  };
}
