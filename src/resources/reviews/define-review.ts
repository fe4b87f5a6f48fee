/**
 * reviews/: kinds that are asked, not stored: a create is answered with the object and its status filled in. As data
 * they are kinds like the others, so that discovery, OpenAPI and decoding know them. Who answers is for api/ to say.
 */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource, type ResourceDefinition } from '../define-resource.ts';

interface Given<T extends KubeObject> {
  readonly group: string;
  readonly kind: string;
  readonly schema: string;
  readonly namespaced?: true;
  readonly createAnswersStatus?: true;
  readonly columns?: readonly Column<T>[];
  readonly validate?: (review: T) => StatusCause[];
}

export const defineReview = <T extends KubeObject>(given: Given<T>): ResourceDefinition<T> =>
  defineResource<T>({
    version: 'v1',
    plural: `${given.kind.toLowerCase()}s`,
    verbs: ['create'],
    columns: [NAME_COLUMN],
    hasGeneration: false,
    ...given,
    namespaced: given.namespaced ?? false,
  });
