/** storage.k8s.io/v1 CSIDriver. Source: pkg/apis/storage/{v1/defaults,validation}, ValidateCSIDriver, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, NONE } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkImmutable, unsupportedField } from '../field-errors.ts';

interface CSIDriverSpec {
  attachRequired?: boolean;
  podInfoOnMount?: boolean;
  storageCapacity?: boolean;
  requiresRepublish?: boolean;
  seLinuxMount?: boolean;
  fsGroupPolicy?: string;
  volumeLifecycleModes?: string[];
  tokenRequests?: { audience?: string }[];
}
interface CSIDriver extends KubeObject {
  spec?: CSIDriverSpec;
}

const MODES = ['Ephemeral', 'Persistent'];
const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const UNSET = '<unset>';

const flag = (name: string, description: string, field: 'attachRequired' | 'podInfoOnMount'): Column<CSIDriver> =>
  column(name, description, ({ spec }) => spec?.[field] ?? true, { type: 'boolean' });

const COLUMNS: readonly Column<CSIDriver>[] = [
  NAME_COLUMN,
  flag('AttachRequired', 'Whether the driver needs an attach operation.', 'attachRequired'),
  flag('PodInfoOnMount', 'Whether the driver wants to know of the pod when it mounts.', 'podInfoOnMount'),
  column(
    'StorageCapacity',
    'Whether scheduling should consider the reported capacity.',
    ({ spec }) => spec?.storageCapacity ?? false,
    {
      type: 'boolean',
    },
  ),
  column('TokenRequests', 'Service account tokens that the driver needs.', ({ spec }) => {
    const audiences = (spec?.tokenRequests ?? []).map(({ audience = '' }) => audience);
    return audiences.length === 0 ? UNSET : audiences.join(',');
  }),
  column(
    'RequiresRepublish',
    'Whether the driver wants to be called again.',
    ({ spec }) => spec?.requiresRepublish ?? false,
    {
      type: 'boolean',
    },
  ),
  column(
    'Modes',
    'What kind of volumes the driver supports.',
    ({ spec }) => (spec?.volumeLifecycleModes ?? []).join(',') || NONE,
  ),
  AGE_COLUMN,
];

export const csiDriver = defineResource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  schema: 'io.k8s.api.storage.v1.CSIDriver',
  hasGeneration: false,
  columns: COLUMNS,
  applyDefaults: (object) => {
    object.spec = {
      ...{ attachRequired: true, podInfoOnMount: false, storageCapacity: false, requiresRepublish: false },
      ...{ seLinuxMount: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'] },
      ...object.spec,
    };
  },
  validate: ({ spec = {} }) => [
    ...(spec.volumeLifecycleModes ?? []).flatMap((mode) =>
      MODES.includes(mode) ? [] : [unsupportedField('spec.volumeLifecycleModes', mode, MODES)],
    ),
    ...(FS_GROUP_POLICIES.includes(spec.fsGroupPolicy ?? '')
      ? []
      : [unsupportedField('spec.fsGroupPolicy', spec.fsGroupPolicy, FS_GROUP_POLICIES)]),
  ],
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.attachRequired', spec?.attachRequired, spec?.attachRequired === old?.attachRequired),
});
