/** apps/v1 StatefulSet. Source: pkg/registry/apps/statefulset/strategy.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { templateWarnings } from '../pod/pod-template.ts';
import { defaultStatefulSetSpec, dropMaxUnavailable, type StatefulSetSpec } from './statefulset-spec.ts';
import { checkStatefulSetSpec, checkStatefulSetUpdate } from './validate-statefulset.ts';
import { TEMPLATE_COLUMNS } from './workload-columns.ts';
import { checkCollisionCount, checkReplicaCounts, REPLICAS_SCALE, type ReplicaCounts } from './workload-status.ts';

interface StatefulSet extends KubeObject {
  spec?: StatefulSetSpec;
  status?: ReplicaCounts & { currentReplicas?: number; updatedReplicas?: number; collisionCount?: number };
}

const KEEPS_ALL =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';
const COLUMNS: readonly Column<StatefulSet>[] = [
  NAME_COLUMN,
  column(
    'Ready',
    'Number of the pod with ready state',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
  ),
  AGE_COLUMN,
  ...TEMPLATE_COLUMNS,
];
const PARTS = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;

export const statefulSet = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.StatefulSet',
  // Its pods are named `<name>-<ordinal>`, and that is their host name.
  nameRule: 'dns1123Label',
  columns: COLUMNS,
  subresources: { status: true, scale: REPLICAS_SCALE },
  applyDefaults: (object) => {
    object.spec ??= {};
    defaultStatefulSetSpec(object.spec);
  },
  prepareForCreate: (object) => {
    object.status = { replicas: 0, availableReplicas: 0 };
    dropMaxUnavailable(object.spec);
  },
  prepareForUpdate: (object, old) => dropMaxUnavailable(object.spec, old.spec),
  validate: ({ spec = {} }, old) => checkStatefulSetSpec(spec, old?.spec),
  validateUpdate: ({ spec = {} }, { spec: old = {} }) => checkStatefulSetUpdate(spec, old),
  validateStatusUpdate: ({ status = {} }, { status: old }) => [
    ...checkReplicaCounts(
      status,
      ['replicas', ...PARTS, 'observedGeneration', 'collisionCount'],
      PARTS,
      'status.readyReplicas',
    ),
    ...checkCollisionCount(status, old),
  ],
  warnings: (object, old) => [
    ...templateWarnings(object, old),
    ...((object.spec?.revisionHistoryLimit ?? 0) < 0 ? [KEEPS_ALL] : []),
  ],
});
