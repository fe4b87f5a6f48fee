/** What the downward API tells a container of its pod, as text. Pure. Source: pkg/fieldpath, pkg/api/v1/resource. */
import { amountOf } from '../values/amounts.ts';
import type { Node } from './node.ts';
import type { Container, EnvVar, Pod } from './pod.ts';

/** What the kubelet reports as CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

export interface DownwardSource {
  readonly pod: Pod;
  readonly hostIP: string;
  readonly podIP: string;
}

/** `key="value"`, a line each, by key. Source: fieldpath.FormatMap. */
const formatMap = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');

/** Source: fieldpath.ExtractFieldPathAsString. */
export function fieldOf(path: string, { pod, hostIP, podIP }: DownwardSource): string {
  const { name, namespace, uid, labels = {}, annotations = {} } = pod.metadata;
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (subscript !== null) {
    return (subscript[1] === 'labels' ? labels : annotations)[subscript[2] ?? ''] ?? '';
  }
  const fields: Record<string, string> = {
    'metadata.labels': formatMap(labels),
    'metadata.annotations': formatMap(annotations),
    'metadata.name': name,
    'metadata.namespace': namespace,
    'metadata.uid': uid,
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? '',
    'status.hostIP': hostIP,
    'status.hostIPs': hostIP,
    'status.podIP': podIP,
    'status.podIPs': podIP,
  };
  const value = Object.hasOwn(fields, path) ? fields[path] : undefined;
  if (value === undefined) {
    throw new ContainerConfigError(`unsupported fieldPath: ${path}`);
  }
  return value;
}

type ResourceFieldRef = NonNullable<NonNullable<EnvVar['valueFrom']>['resourceFieldRef']>;

/** Nothing else is the node's to lend: extended resources and huge pages always have a limit of their own. */
const LENT: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

/** Cores and bytes, divided and rounded up. A limit that is not set is the pod's, else all that the node has for pods. */
export function resourceOf(
  { containerName, resource, divisor }: ResourceFieldRef,
  own: Pick<Container, 'name' | 'resources'>,
  { spec }: Pod,
  node: Pick<Node, 'status'> | undefined,
): string {
  const container = [own, ...spec.containers, ...(spec.initContainers ?? [])].find(
    ({ name }) => name === (containerName ?? own.name),
  );
  const [list = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  if (container === undefined || (list !== 'limits' && list !== 'requests')) {
    throw new ContainerConfigError(`Unsupported container resource : ${resource}`);
  }
  const given = amountOf(name, container.resources?.[list]?.[name] ?? '0');
  const lent = given === 0 && list === 'limits' && LENT.has(name) ? lentBy(name, spec, node) : given;
  const unit = divisor === undefined || divisor === '0' ? (name === 'cpu' ? 1_000 : 1) : amountOf(name, divisor);
  return String(Math.ceil(lent / Math.max(unit, 1)));
}

/** Source: kubelet_resources.go, defaultPodLimitsForDownwardAPI. */
const lentBy = (name: string, { resources }: Pod['spec'], node: Pick<Node, 'status'> | undefined): number =>
  amountOf(name, resources?.limits?.[name] ?? '0') || amountOf(name, node?.status?.allocatable?.[name] ?? '0');
