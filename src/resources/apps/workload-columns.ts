/** What the tables of workloads share. Source: pkg/printers/internalversion/printers.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { docOf } from '../columns.ts';
import type { Column } from '../define-resource.ts';
import { containerImages, containerNames } from '../pod/container-cells.ts';
import type { PodTemplate } from '../pod/pod-spec.ts';

export interface Templated extends KubeObject {
  spec?: { template?: PodTemplate };
}

/** Of `-o wide`, followed by the kind's own selector column. */
export const TEMPLATE_COLUMNS: readonly Column<Templated>[] = [
  {
    name: 'Containers',
    type: 'string',
    priority: 1,
    description: 'Names of each container in the template.',
    cell: ({ spec }) => containerNames(spec?.template),
  },
  {
    name: 'Images',
    type: 'string',
    priority: 1,
    description: 'Images referenced by each container in the template.',
    cell: ({ spec }) => containerImages(spec?.template),
  },
];

interface Replicated extends KubeObject {
  spec?: { replicas?: number };
  status?: { replicas?: number; readyReplicas?: number };
}

/** Of replica sets, and of the replication controllers before them. */
export const REPLICA_COLUMNS: readonly Column<Replicated>[] = [
  {
    name: 'Desired',
    type: 'integer',
    description: docOf('spec.replicas'),
    cell: ({ spec }) => spec?.replicas ?? 0,
  },
  {
    name: 'Current',
    type: 'integer',
    description: docOf('status.replicas'),
    cell: ({ status }) => status?.replicas ?? 0,
  },
  {
    name: 'Ready',
    type: 'integer',
    description: docOf('status.readyReplicas'),
    cell: ({ status }) => status?.readyReplicas ?? 0,
  },
];
