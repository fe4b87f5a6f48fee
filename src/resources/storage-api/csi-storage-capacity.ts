/** storage.k8s.io/v1 CSIStorageCapacity. Source: pkg/apis/storage/validation, ValidateCSIStorageCapacity, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { LabelSelector } from '../../values/label-selector.ts';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, invalidField, violations } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';

interface CSIStorageCapacity extends KubeObject {
  storageClassName?: string;
  capacity?: string;
  nodeTopology?: LabelSelector;
}

export const csiStorageCapacity = defineResource<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  schema: 'io.k8s.api.storage.v1.CSIStorageCapacity',
  requiresVersion: true,
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    column('StorageClassName', docOf('storageClassName'), ({ storageClassName }) => storageClassName ?? ''),
    column('Capacity', docOf('capacity'), ({ capacity }) => capacity ?? ''),
    AGE_COLUMN,
  ],
  validate: ({ storageClassName = '', nodeTopology, capacity = '0' }) => [
    ...checkLabelSelector('nodeTopology', nodeTopology),
    ...violations(isDNS1123Subdomain, 'storageClassName', storageClassName),
    ...((parseQuantity(capacity)?.nanos ?? 0n) < 0n
      ? [invalidField('capacity', capacity, 'must be greater than or equal to 0')]
      : []),
  ],
  validateUpdate: (object, old) => [
    ...checkImmutable('nodeTopology', object.nodeTopology, isDeepStrictEqual(object.nodeTopology, old.nodeTopology)),
    ...checkImmutable('storageClassName', object.storageClassName, object.storageClassName === old.storageClassName),
  ],
});
