/** core/v1 Secret. Source: pkg/apis/core/v1 defaults and conversion, pkg/registry/core/secret/strategy.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable } from '../field-errors.ts';
import { validateImmutable } from './data-fields.ts';
import { validateSecret } from './validate-secret.ts';

export interface Secret extends KubeObject {
  type?: string;
  /** base64. */
  data?: Record<string, string>;
  /** Write only: its entries go into `data`. */
  stringData?: Record<string, string>;
  immutable?: boolean;
}

function applyDefaults(secret: Secret): void {
  const { stringData = {} } = secret;
  // Entries, because a key may be `__proto__`; absent stays absent.
  const added = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  if (added.length > 0) {
    secret.data = Object.fromEntries([...Object.entries(secret.data ?? {}), ...added]);
  }
  delete secret.stringData;
  secret.type = secret.type === undefined || secret.type === '' ? 'Opaque' : secret.type;
}

export const secret = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Secret',
  selectableFields: ['type'],
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    {
      name: 'Type',
      type: 'string',
      description: docOf('type'),
      cell: ({ type = '' }) => type,
    },
    {
      name: 'Data',
      type: 'string',
      description: docOf('data'),
      cell: ({ data = {} }) => Object.keys(data).length,
    },
    AGE_COLUMN,
  ],
  applyDefaults,
  validate: validateSecret,
  validateUpdate: (object, old) => [
    ...checkImmutable('type', object.type, object.type === old.type),
    ...validateImmutable(object, old, ['data']),
  ],
});
