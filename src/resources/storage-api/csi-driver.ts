/** storage.k8s.io/v1 CSIDriver. Source: pkg/apis/storage/{v1/defaults,validation}, ValidateCSIDriver, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, NAME_COLUMN, NONE } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, duplicateField, invalidField, unsupportedField } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';

interface TokenRequest {
  audience?: string;
  expirationSeconds?: number;
}
interface CSIDriverSpec {
  attachRequired?: boolean;
  podInfoOnMount?: boolean;
  storageCapacity?: boolean;
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  fsGroupPolicy?: string;
  volumeLifecycleModes?: string[];
  tokenRequests?: TokenRequest[];
  nodeAllocatableUpdatePeriodSeconds?: number;
}
interface CSIDriver extends KubeObject {
  spec?: CSIDriverSpec;
}

const MODES = ['Persistent', 'Ephemeral'];
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;
const MIN_UPDATE_SECONDS = 10;
const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const UNSET = '<unset>';

const flag = (name: string, field: 'attachRequired' | 'podInfoOnMount'): Column<CSIDriver> =>
  column(name, docOf(`spec.${field}`), ({ spec }) => spec?.[field] ?? true, { type: 'boolean' });

const COLUMNS: readonly Column<CSIDriver>[] = [
  NAME_COLUMN,
  flag('AttachRequired', 'attachRequired'),
  flag('PodInfoOnMount', 'podInfoOnMount'),
  column('StorageCapacity', docOf('spec.storageCapacity'), ({ spec }) => spec?.storageCapacity ?? false, {
    type: 'boolean',
  }),
  column('TokenRequests', docOf('spec.tokenRequests'), ({ spec }) => {
    const audiences = (spec?.tokenRequests ?? []).map(({ audience = '' }) => audience);
    return audiences.length === 0 ? UNSET : audiences.join(',');
  }),
  column('RequiresRepublish', docOf('spec.requiresRepublish'), ({ spec }) => spec?.requiresRepublish ?? false, {
    type: 'boolean',
  }),
  column(
    'Modes',
    docOf('spec.volumeLifecycleModes'),
    ({ spec }) => (spec?.volumeLifecycleModes ?? []).join(',') || NONE,
  ),
  AGE_COLUMN,
];

function checkTokenRequests(path: string, requests: readonly TokenRequest[]): StatusCause[] {
  const isRepeated = repeatsOf(requests.map(({ audience = '' }) => audience));
  return requests.flatMap(({ audience = '', expirationSeconds: seconds }, index) => {
    const at = `${path}[${index}]`;
    if (isRepeated(index)) {
      return [duplicateField(`${at}.audience`, audience)];
    }
    const why =
      seconds === undefined
        ? undefined
        : seconds < MIN_TOKEN_SECONDS
          ? 'may not specify a duration less than 10 minutes'
          : seconds > MAX_TOKEN_SECONDS
            ? 'may not specify a duration larger than 2^32 seconds'
            : undefined;
    return why === undefined ? [] : [invalidField(`${at}.expirationSeconds`, seconds, why)];
  });
}

function validate({ spec = {} }: CSIDriver): StatusCause[] {
  const { fsGroupPolicy = '', volumeLifecycleModes = [], nodeAllocatableUpdatePeriodSeconds: period } = spec;
  const rarely = `must be greater than or equal to ${MIN_UPDATE_SECONDS} seconds`;
  return [
    ...(FS_GROUP_POLICIES.includes(fsGroupPolicy)
      ? []
      : [unsupportedField('spec.fsGroupPolicy', fsGroupPolicy, FS_GROUP_POLICIES)]),
    ...checkTokenRequests('spec.tokenRequests', spec.tokenRequests ?? []),
    ...volumeLifecycleModes
      .filter((mode) => !MODES.includes(mode))
      .map((mode) => unsupportedField('spec.volumeLifecycleModes', mode, MODES)),
    ...(period !== undefined && period < MIN_UPDATE_SECONDS
      ? [invalidField('spec.nodeAllocatableUpdatePeriodSeconds', period, rarely)]
      : []),
  ];
}

/** `attachedRequired` is what Kubernetes calls the field when it speaks of it. */
function validateUpdate({ spec = {} }: CSIDriver, { spec: old = {} }: CSIDriver): StatusCause[] {
  const { attachRequired, volumeLifecycleModes: modes } = spec;
  return [
    ...checkImmutable('spec.attachedRequired', attachRequired, attachRequired === old.attachRequired),
    ...checkImmutable('spec.volumeLifecycleModes', modes, isDeepStrictEqual(modes, old.volumeLifecycleModes)),
  ];
}

export const csiDriver = defineResource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSIDriver',
  requiresVersion: true,
  hasGeneration: 'onceChanged',
  deletion: { answersObject: true },
  columns: COLUMNS,
  applyDefaults: (object) => {
    object.spec = {
      ...{ attachRequired: true, podInfoOnMount: false, storageCapacity: false, requiresRepublish: false },
      ...{ seLinuxMount: false, fsGroupPolicy: 'ReadWriteOnceWithFSType' },
      ...object.spec,
    };
    if ((object.spec.volumeLifecycleModes ?? []).length === 0) {
      object.spec.volumeLifecycleModes = ['Persistent'];
    }
  },
  validate,
  validateUpdate,
});
