/** storage.k8s.io/v1 CSINode. Source: pkg/apis/storage/validation, ValidateCSINode, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import {
  checkImmutable,
  checkNonNegative,
  duplicateField,
  invalidField,
  requiredField,
  violations,
} from '../field-errors.ts';
import { byName, repeatsOf } from '../repeated-items.ts';
import { checkDriverName } from './driver-name.ts';

interface Driver {
  name?: string;
  nodeID?: string;
  topologyKeys?: string[];
  allocatable?: { count?: number };
}
interface CSINode extends KubeObject {
  spec?: { drivers?: Driver[] };
}

const MAX_NODE_ID = 192;

const driversOf = ({ spec }: CSINode): readonly Driver[] => spec?.drivers ?? [];

function checkNodeId(path: string, nodeID: string): StatusCause[] {
  return [
    ...(nodeID === '' ? [requiredField(path)] : []),
    ...(Buffer.byteLength(nodeID) > MAX_NODE_ID
      ? [invalidField(path, nodeID, `must be ${MAX_NODE_ID} characters or less`)]
      : []),
  ];
}

/** Told of the driver, not of the key. */
function checkTopologyKeys(path: string, keys: readonly string[]): StatusCause[] {
  const isRepeated = repeatsOf(keys);
  return keys.flatMap((key, index) => [
    ...(key === '' ? [requiredField(path)] : []),
    ...(isRepeated(index) ? [duplicateField(path, key)] : []),
    ...violations(isQualifiedName, path, key),
  ]);
}

function validate(node: CSINode): StatusCause[] {
  const drivers = driversOf(node);
  const isRepeated = repeatsOf(drivers.map(({ name = '' }) => name));
  return drivers.flatMap(({ name = '', nodeID = '', topologyKeys = [], allocatable = {} }, index) => {
    const at = `spec.drivers[${index}]`;
    return [
      ...checkDriverName(`${at}.name`, name),
      ...checkNodeId(`${at}.nodeID`, nodeID),
      ...checkNonNegative(`${at}.allocatable.count`, allocatable.count),
      ...(isRepeated(index) ? [duplicateField(`${at}.name`, name)] : []),
      ...checkTopologyKeys(at, topologyKeys),
    ];
  });
}

/** A driver comes and goes as a whole. */
function validateUpdate(node: CSINode, old: CSINode): StatusCause[] {
  const known = byName(driversOf(old));
  return driversOf(node).flatMap((driver) => {
    const before = known.get(driver.name ?? '');
    return before === undefined ? [] : checkImmutable('spec.drivers', driver, isDeepStrictEqual(driver, before));
  });
}

export const csiNode = defineResource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSINode',
  requiresVersion: true,
  hasGeneration: false,
  deletion: { answersObject: true },
  columns: [
    NAME_COLUMN,
    column(
      'Drivers',
      'Drivers indicates the number of CSI drivers registered on the node',
      (node) => driversOf(node).length,
      { type: 'integer' },
    ),
    AGE_COLUMN,
  ],
  validate,
  validateUpdate,
});
