/** Access reviews, answered by the authorizer that decides on requests. Source: pkg/registry/authorization, 1.34. */
import type { RequestAttributes, UserInfo } from '../../auth/identity.ts';
import { badRequest } from '../../errors.ts';
import type { AccessReview, AccessReviewSpec } from '../../resources/reviews/access-review.ts';
import type { Answer, Asked } from './review.ts';

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessReviewSpec): RequestAttributes {
  if (nonResourceAttributes !== undefined) {
    return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' };
  }
  const { verb = '', group = '', resource = '', subresource, namespace, name } = resourceAttributes ?? {};
  return {
    ...{ verb, group, resource },
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
  };
}

async function decide({ context, review }: Asked, user: UserInfo): Promise<object> {
  const { spec = {} } = review as AccessReview;
  const { allowed, reason } = await context.authorizer.authorize(user, attributesOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

export const aboutSelf: Answer = (asked) => decide(asked, asked.user);

export const aboutSubject: Answer = (asked) => {
  const { user = '', uid, groups = [], extra } = (asked.review as AccessReview).spec ?? {};
  return decide(asked, {
    ...{ username: user, groups },
    ...(uid === undefined ? {} : { uid }),
    ...(extra === undefined ? {} : { extra }),
  });
};

export const rulesOfSelf: Answer = async ({ context, user, review }) => {
  const { namespace = '' } = (review.spec ?? {}) as { namespace?: string };
  if (namespace === '') {
    throw badRequest('no namespace on request');
  }
  const { resourceRules, nonResourceRules } = await context.authorizer.rules(user, namespace);
  return { resourceRules, nonResourceRules, incomplete: false };
};
