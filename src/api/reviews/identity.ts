/** Who somebody is, by the authenticator that lets requests in. Source: pkg/registry/authentication, 1.34. */
import { API_AUDIENCE, type UserInfo } from '../../auth/identity.ts';
import { audiencesOf } from '../../auth/service-account-claims.ts';
import { badRequest } from '../../errors.ts';
import type { ApiContext } from '../context.ts';
import type { Answer } from './review.ts';

const told = ({ username, uid, groups, extra }: UserInfo): object => ({
  username,
  ...(uid === undefined ? {} : { uid }),
  ...(groups.length === 0 ? {} : { groups }),
  ...(extra === undefined ? {} : { extra }),
});

export const whoAmI: Answer = ({ user }) => ({ userInfo: told(user) });

const INVALID = 'invalid bearer token';

/** Of a token that is right in itself: what it is for is gone. Source: pkg/serviceaccount/claims.go, Validate. */
async function whatIsGone({ registry, accountTokens }: ApiContext, token: string, audiences: readonly string[]) {
  const verified = await accountTokens.verify(token, audiences);
  if (verified === undefined) {
    return undefined;
  }
  const { name, uid } = verified.serviceaccount;
  const account = await registry.find('serviceaccounts', verified.namespace, name);
  if (account === undefined) {
    return `serviceaccounts ${JSON.stringify(name)} not found`;
  }
  return account.uid === uid
    ? 'service account token has been invalidated'
    : `service account UID (${account.uid}) does not match claim (${uid})`;
}

async function refusalOf(context: ApiContext, token: string, audiences: readonly string[]): Promise<string> {
  const why = (await context.accountTokens.refusal(token, audiences)) ?? (await whatIsGone(context, token, audiences));
  return why === undefined ? INVALID : `[${INVALID}, ${why}]`;
}

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
    ? { user: {}, error: await refusalOf(context, token, audiences) }
    : { authenticated: true, user: told(user), audiences: meant };
};
