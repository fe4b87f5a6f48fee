/** Who somebody is, by the authenticator that lets requests in. Source: pkg/registry/authentication, 1.34. */
import { API_AUDIENCE, type UserInfo } from '../../auth/identity.ts';
import { audiencesOf } from '../../auth/service-account-tokens.ts';
import { badRequest } from '../../errors.ts';
import type { Answer } from './review.ts';

const told = ({ username, uid, groups, extra }: UserInfo): object => ({
  username,
  ...(uid === undefined ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups }),
  ...(extra === undefined ? {} : { extra }),
});

export const whoAmI: Answer = ({ user }) => ({ userInfo: told(user) });

export const whoseToken: Answer = async ({ context, review }) => {
  const { token = '', audiences = [] } = (review.spec ?? {}) as { token?: string; audiences?: string[] };
  if (token === '') {
    throw badRequest('token is required for TokenReview in authentication');
  }
  const user = await context.authenticator.authenticate(token, audiences);
  // Of several that were asked about, only those that the token is for.
  const own = audiencesOf(token);
  const meant = audiences.length === 0 ? [API_AUDIENCE] : audiences.filter((audience) => own.includes(audience));
  return user === undefined || meant.length === 0
    ? { user: {} }
    : { authenticated: true, user: told(user), audiences: meant };
};
