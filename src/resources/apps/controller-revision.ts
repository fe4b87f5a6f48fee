/** apps/v1 ControllerRevision. Source: pkg/apis/apps/validation, ValidateControllerRevision, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, OwnerReference } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, NONE } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, checkNonNegative, requiredField } from '../field-errors.ts';

interface ControllerRevision extends KubeObject {
  data?: object;
  revision?: number;
}

/** `statefulset.apps/web`. */
function controllerCell({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) {
    return NONE;
  }
  const { apiVersion = '', kind = '', name = '' } = owner as Partial<OwnerReference>;
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/', 1)[0]}` : '';
  return `${kind.toLowerCase()}${group}/${name}`;
}

export const controllerRevision = defineResource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ControllerRevision',
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    column('Controller', 'Controller of the object', controllerCell),
    column('Revision', docOf('revision'), ({ revision }) => String(revision ?? 0)),
    AGE_COLUMN,
  ],
  validate: ({ data, revision }) => [
    ...(data === undefined ? [requiredField('data', 'data is mandatory')] : []),
    ...checkNonNegative('revision', revision),
  ],
  validateUpdate: ({ data }, { data: old }) => checkImmutable('data', data, isDeepStrictEqual(data, old)),
});
