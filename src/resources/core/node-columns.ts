/** Nodes as `kubectl get nodes -o wide` shows them. */
import { AGE_COLUMN, docOf, NAME_COLUMN, NONE, UNKNOWN } from '../columns.ts';
import type { Column } from '../define-resource.ts';
import type { Node } from './node.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const OLD_ROLE = 'kubernetes.io/role';

function statusCell({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${state},SchedulingDisabled` : state;
}

function rolesCell({ metadata: { labels = {} } }: Node): string {
  const roles = Object.entries(labels).map(([label, value]) =>
    label.startsWith(ROLE_PREFIX) ? label.slice(ROLE_PREFIX.length) : label === OLD_ROLE ? value : '',
  );
  const named = [...new Set(roles.filter((role) => role !== ''))].sort();
  return named.length === 0 ? NONE : named.join(',');
}

const addressCell =
  (wanted: string) =>
  ({ status }: Node): string =>
    status?.addresses?.find(({ type }) => type === wanted)?.address ?? NONE;

const infoCell =
  (field: 'containerRuntimeVersion' | 'kernelVersion' | 'osImage') =>
  ({ status }: Node): string =>
    status?.nodeInfo?.[field] || UNKNOWN;

const text = (
  name: string,
  description: Column['description'],
  cell: Column<Node>['cell'],
  priority = 0,
): Column<Node> => ({
  name,
  type: 'string',
  description,
  ...(priority === 0 ? {} : { priority }),
  cell,
});

const ADDRESSES = docOf('status.addresses');

export const nodeColumns: readonly Column<Node>[] = [
  NAME_COLUMN,
  text('Status', 'The status of the node', statusCell),
  text('Roles', 'The roles of the node', rolesCell),
  AGE_COLUMN,
  text('Version', docOf('status.nodeInfo.kubeletVersion'), ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
  text('Internal-IP', ADDRESSES, addressCell('InternalIP'), 1),
  text('External-IP', ADDRESSES, addressCell('ExternalIP'), 1),
  text('OS-Image', docOf('status.nodeInfo.osImage'), infoCell('osImage'), 1),
  text('Kernel-Version', docOf('status.nodeInfo.kernelVersion'), infoCell('kernelVersion'), 1),
  text('Container-Runtime', docOf('status.nodeInfo.containerRuntimeVersion'), infoCell('containerRuntimeVersion'), 1),
];
