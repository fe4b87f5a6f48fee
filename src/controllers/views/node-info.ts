/** A node reduced to what controllers decide on. */
import type { StoredObject } from '../../registry/registry.ts';
import { REGION_LABEL, SHUTDOWN_ANNOTATION, ZONE_LABEL } from '../../values/node-labels.ts';
import { RUNTIME_ANNOTATION } from '../../values/node-runtime.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { findCondition } from '../conditions.ts';
import { DRAIN_ANNOTATION, type Node, type Taint } from '../kinds/node.ts';
import { TEMPLATE_ANNOTATION } from '../kinds/node-pool.ts';
import { type NodeConfig, nodeConfigOf } from '../kubelet-config/node-config.ts';
import { controllerOf } from '../owner-references.ts';
import { type Amounts, amountsOf } from './amounts.ts';
import { imagesOf } from './node-images.ts';

export interface NodeInfo {
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  readonly labels: Readonly<Record<string, string>>;
  /** A kubelet of ours has it. */
  readonly isVirtual: boolean;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: Amounts;
  /** Status of each condition: `{ Ready: 'True', MemoryPressure: 'False' }`. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly deleting: boolean;
  /** UID of the NodePool (or whatever else) that controls it; '' when none. */
  readonly controllerUid: string;
  readonly createdAt: number;
  /** Bytes by each name of each image that it has; shared between nodes that report the same. */
  readonly images: ReadonlyMap<string, number>;
  /** It was told to shut down gracefully. */
  readonly shutDown: boolean;
  /** What a drain, or its pool, noted on it; '' when none. */
  readonly drainNote: string;
  /** Of the pool's template that it was made of; '' when unknown. */
  readonly templateHash: string;
  /** undefined: it has to do with no KubeletConfig. */
  readonly kubeletConfig?: NodeConfig;
  /** Last heartbeat of the Ready condition, milliseconds; 0: none. */
  readonly heartbeatAt: number;
  /** When Ready last became what it is, milliseconds; 0: unknown. */
  readonly readyChangedAt: number;
}

export function toNodeInfo(object: KubeObject, stored: Pick<StoredObject, 'labels' | 'revision'>): NodeInfo {
  const { metadata, spec = {}, status = {} } = object as Node;
  const conditions = status.conditions ?? [];
  const ready = findCondition(conditions, 'Ready');
  const kubeletConfig = nodeConfigOf(object as Node);
  return {
    name: metadata.name,
    uid: metadata.uid,
    revision: stored.revision,
    labels: stored.labels,
    isVirtual: metadata.annotations?.[RUNTIME_ANNOTATION] !== undefined,
    taints: spec.taints ?? [],
    unschedulable: spec.unschedulable === true,
    allocatable: amountsOf(status.allocatable),
    conditions: Object.fromEntries(conditions.map(({ type, status: value }) => [type, value])),
    deleting: metadata.deletionTimestamp !== undefined,
    controllerUid: controllerOf(object)?.uid ?? '',
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    images: imagesOf(status.images),
    shutDown: metadata.annotations?.[SHUTDOWN_ANNOTATION] !== undefined,
    drainNote: metadata.annotations?.[DRAIN_ANNOTATION] ?? '',
    templateHash: metadata.annotations?.[TEMPLATE_ANNOTATION] ?? '',
    ...(kubeletConfig === undefined ? {} : { kubeletConfig }),
    heartbeatAt: parseTime(ready?.['lastHeartbeatTime'] as string | undefined) ?? 0,
    readyChangedAt: parseTime(ready?.lastTransitionTime) ?? 0,
  };
}

export const isReady = ({ conditions }: NodeInfo): boolean => conditions['Ready'] === 'True';

/** Region and zone as one key; '' where neither is known. Source: component-helpers/node/topology. */
export function zoneOf({ labels }: Pick<NodeInfo, 'labels'>): string {
  const [region = '', zone = ''] = [labels[REGION_LABEL], labels[ZONE_LABEL]];
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`;
}
