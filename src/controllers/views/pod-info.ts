/** A pod reduced to what controllers decide on: about 500 bytes instead of 2.6 KB of JSON. */
import type { StoredObject } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { findCondition } from '../conditions.ts';
import type { Pod, PodAffinity, PodSpec, PodStatus, Toleration } from '../kinds/pod.ts';
import { controllerOf } from '../owner-references.ts';
import { heldClaims, type PodClaim } from '../volume-binding/claims-of.ts';
import type { Amounts } from './amounts.ts';
import { type PodDisk, podDisks } from './pod-disks.ts';
import { type PodEndpoint, podEndpoint } from './pod-endpoint.ts';
import { assumedUse, podRequests } from './pod-requests.ts';
import { sharedLabels } from './shared-labels.ts';

export interface PodInfo {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  /** Pods with equal labels share the object. */
  readonly labels: Readonly<Record<string, string>>;
  /** '' when no controller owns it. */
  readonly controllerUid: string;
  /** '' while unbound. */
  readonly nodeName: string;
  readonly phase: string;
  /** Milliseconds; undefined: not being deleted. */
  readonly deletionTime: number | undefined;
  readonly createdAt: number;
  /** When it was bound; 0: unknown. */
  readonly scheduledAt: number;
  readonly ready: boolean;
  /** When Ready last became what it is; milliseconds. */
  readonly readySince: number | undefined;
  readonly restarts: number;
  readonly addresses: readonly string[];
  readonly endpoint: PodEndpoint;
  /** Claims that may not go before it: from its binding on. */
  readonly heldClaims: readonly PodClaim[];
  /** That no other pod on its node may have, or only so as it has them. */
  readonly disks: readonly PodDisk[];
  readonly deletionCost: number;
  readonly requests: Amounts;
  /** What scoring counts: some also for containers that ask for nothing. Millis and bytes. */
  readonly assumedUse: { readonly cpu: number; readonly memory: number };
  /** `hostIP/protocol/port` of every host port. */
  readonly hostPorts: readonly string[];
  readonly tolerations: readonly Toleration[];
  /** undefined: it cares for no other pods. */
  readonly podAffinity: { readonly to?: PodAffinity; readonly against?: PodAffinity } | undefined;
  readonly priority: number;
  /** '' when none. */
  readonly nominatedNodeName: string;
  /** Milliseconds; 0: not started yet. */
  readonly startedAt: number;
  /** It has to go for a more important one. */
  readonly isPreempted: boolean;
  /** It failed because its node was short of something. */
  readonly isEvicted: boolean;
  /** Only while unbound: what scheduling needs. */
  readonly scheduling: PodSpec | undefined;
}

const COST = 'controller.kubernetes.io/pod-deletion-cost';

export function toPodInfo(object: KubeObject, stored: Pick<StoredObject, 'labels' | 'revision'>): PodInfo {
  const { metadata, spec, status } = object as Pod;
  const ready = findCondition(status?.conditions, 'Ready');
  const statuses = status?.containerStatuses ?? [];
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    revision: stored.revision,
    labels: sharedLabels(stored.labels),
    controllerUid: controllerOf(object)?.uid ?? '',
    nodeName: spec.nodeName ?? '',
    phase: status?.phase ?? 'Pending',
    deletionTime: parseTime(metadata.deletionTimestamp),
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    scheduledAt: parseTime(findCondition(status?.conditions, 'PodScheduled')?.lastTransitionTime) ?? 0,
    ready: ready?.status === 'True',
    readySince: parseTime(ready?.lastTransitionTime),
    restarts: statuses.reduce((most, { restartCount = 0 }) => Math.max(most, restartCount), 0),
    addresses: addressesOf(status),
    endpoint: podEndpoint(spec),
    heldClaims: heldClaims(metadata, spec),
    disks: podDisks(spec.volumes),
    deletionCost: costOf(metadata.annotations?.[COST]),
    requests: podRequests(spec),
    assumedUse: assumedUse(spec),
    hostPorts: hostPorts(spec),
    tolerations: spec.tolerations ?? [],
    podAffinity: podAffinity(spec),
    priority: spec.priority ?? 0,
    nominatedNodeName: status?.nominatedNodeName ?? '',
    startedAt: parseTime(status?.startTime) ?? 0,
    isPreempted: findCondition(status?.conditions, 'DisruptionTarget')?.reason === 'PreemptionByScheduler',
    isEvicted: status?.phase === 'Failed' && status.reason === 'Evicted',
    scheduling: (spec.nodeName ?? '') === '' ? spec : undefined,
  };
}

const costOf = (text: string | undefined): number => (/^-?(0|[1-9]\d*)$/.test(text ?? '') ? Number(text) : 0);

const NO_ADDRESSES: readonly string[] = [];

function addressesOf({ podIP = '', podIPs = [] }: PodStatus = {}): readonly string[] {
  const all = podIPs.length > 0 ? podIPs.map(({ ip }) => ip) : [podIP];
  return all[0] === '' ? NO_ADDRESSES : all;
}

function podAffinity({
  affinity: { podAffinity: to, podAntiAffinity: against } = {},
}: PodSpec): PodInfo['podAffinity'] {
  return to === undefined && against === undefined
    ? undefined
    : { ...(to === undefined ? {} : { to }), ...(against === undefined ? {} : { against }) };
}

/** Of what runs as long as the pod: other init containers are over before its ports matter. */
function hostPorts({ containers, initContainers = [] }: PodSpec): string[] {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }) =>
      hostPort === 0 ? [] : [`${hostIP === '' ? '0.0.0.0' : hostIP}/${protocol}/${hostPort}`],
    ),
  );
}

export const isFinished = ({ phase }: Pick<PodInfo, 'phase'>): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Counts for a workload: neither finished nor on its way out. */
export const isActive = (pod: Pick<PodInfo, 'phase' | 'deletionTime'>): boolean =>
  !isFinished(pod) && pod.deletionTime === undefined;
