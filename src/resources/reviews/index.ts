/** The table of reviews, in the order of groups that discovery shows. */
import type { ResourceDefinition } from '../define-resource.ts';
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from './access-review.ts';
import { selfSubjectReview, tokenReview } from './identity-review.ts';

const TABLE = [
  selfSubjectReview,
  tokenReview,
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  subjectAccessReview,
];

export const REVIEWS = TABLE as unknown as readonly ResourceDefinition[];
