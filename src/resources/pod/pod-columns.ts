/** The columns of `kubectl get pods`. Source: pkg/printers/internalversion/printers.go, podColumnDefinitions, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, ageCell, docOf, NAME_COLUMN, orNone, UNKNOWN } from '../columns.ts';
import type { Column, ResourceContext } from '../define-resource.ts';
import type { PodSpec } from './pod-spec.ts';
import type { PodStatus } from './pod-status.ts';
import { type PodSummary, summarizePod } from './pod-summary.ts';

export interface Pod extends KubeObject {
  spec?: PodSpec;
  status?: PodStatus;
}

const summaryOf = ({ metadata, spec = {}, status = {} }: Pod): PodSummary =>
  summarizePod(spec, status, metadata.deletionTimestamp);

/** `3 (5m ago)` */
function restartsCell(pod: Pod, context: ResourceContext): string {
  const { restarts, lastRestart } = summaryOf(pod);
  const age = restarts === 0 ? UNKNOWN : ageCell(lastRestart, context);
  return age === UNKNOWN ? String(restarts) : `${restarts} (${age} ago)`;
}

function readinessGatesCell({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  const isOpen = (type = ''): boolean =>
    (status?.conditions ?? []).find((condition) => condition.type === type)?.status === 'True';
  return orNone(
    gates.length === 0 ? '' : `${gates.filter((gate) => isOpen(gate.conditionType)).length}/${gates.length}`,
  );
}

export const POD_COLUMNS: readonly Column<Pod>[] = [
  NAME_COLUMN,
  {
    name: 'Ready',
    type: 'string',
    description: 'The aggregate readiness state of this pod for accepting traffic.',
    cell: (pod) => {
      const { ready, total } = summaryOf(pod);
      return `${ready}/${total}`;
    },
  },
  {
    name: 'Status',
    type: 'string',
    description: 'The aggregate status of the containers in this pod.',
    cell: (pod) => summaryOf(pod).reason,
  },
  {
    name: 'Restarts',
    type: 'string',
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
    cell: restartsCell,
  },
  AGE_COLUMN,
  {
    name: 'IP',
    type: 'string',
    priority: 1,
    description: docOf('status.podIP'),
    cell: ({ status }) => orNone(status?.podIPs?.[0]?.ip),
  },
  {
    name: 'Node',
    type: 'string',
    priority: 1,
    description: docOf('spec.nodeName'),
    cell: ({ spec }) => orNone(spec?.nodeName),
  },
  {
    name: 'Nominated Node',
    type: 'string',
    priority: 1,
    description: docOf('status.nominatedNodeName'),
    cell: ({ status }) => orNone(status?.nominatedNodeName),
  },
  {
    name: 'Readiness Gates',
    type: 'string',
    priority: 1,
    description: docOf('spec.readinessGates'),
    cell: readinessGatesCell,
  },
];
