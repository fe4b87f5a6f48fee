/** core/v1 ConfigMap. Source: pkg/apis/core/validation ValidateConfigMap, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isConfigMapKey } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { invalidField, tooLongField, violations } from '../field-errors.ts';
import { DATA_LIMIT, decodedSize, validateImmutable } from './data-fields.ts';

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  /** base64. */
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

function validateKeys(field: string, keys: readonly string[], other: string, otherKeys: object): StatusCause[] {
  return keys.flatMap((key) => {
    const at = `${field}[${key}]`;
    const twice = Object.hasOwn(otherKeys, key) ? [`duplicate of key present in ${other}`] : [];
    return [...violations(isConfigMapKey, at, key), ...twice.map((why) => invalidField(at, key, why))];
  });
}

function validate({ data = {}, binaryData = {} }: ConfigMap): StatusCause[] {
  const textSize = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return [
    ...validateKeys('data', Object.keys(data), 'binaryData', binaryData),
    ...validateKeys('binaryData', Object.keys(binaryData), 'data', data),
    // The whole object is too long: Kubernetes prints its empty path so.
    ...(textSize + decodedSize(binaryData) > DATA_LIMIT ? [tooLongField('[]', DATA_LIMIT)] : []),
  ];
}

export const configMap = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ConfigMap',
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    {
      name: 'Data',
      type: 'string',
      description: docOf('data'),
      cell: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    AGE_COLUMN,
  ],
  validate,
  validateUpdate: (object, old) => validateImmutable(object, old, ['data', 'binaryData']),
});
