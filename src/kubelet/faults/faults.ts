/**
 * faults/: what is made to go wrong with nodes and pods. One view in memory of all Faults and of the annotations that do
 * the same; the rest of the kubelet asks it and nobody else. Whoever is held by a fault, or will be, is looked at again
 * when that changes, so that nothing but the due rows has to be remembered.
 *
 * This file: what holds of one node or pod. Pure.
 */
import type { FaultSpec } from '../../resources/fleet/fault.ts';
import type { FaultType } from '../../resources/fleet/fault-types.ts';
import type { ContainerKind } from '../container-view.ts';

export interface ActiveFault {
  readonly name: string;
  readonly uid: string;
  readonly spec: FaultSpec;
  /** When it took hold of this target, in milliseconds since the epoch. */
  readonly since: number;
}

/** In the order of their names. */
export interface Faults {
  readonly active: readonly ActiveFault[];
  /** When another one takes hold or one of these ends; Infinity: when somebody changes something. */
  readonly changesAt: number;
}

export interface NodeFaults extends Faults {
  /** Its kubelet does nothing; as whoever calls it finds out: nobody listens, or nobody answers. */
  readonly dead: 'refused' | 'unanswered' | undefined;
  /** It works, and tells nobody. */
  readonly isSilent: boolean;
  /** Of its heartbeats; undefined: the usual. */
  readonly heartbeat: { readonly factor: number; readonly delayMs: number } | undefined;
  /** What is left, by signal. */
  readonly signals: Readonly<Record<string, string>>;
}

const NEVER = Number.POSITIVE_INFINITY;
export const NO_FAULTS: Faults = { active: [], changesAt: NEVER };
export const NO_NODE_FAULTS: NodeFaults = {
  ...NO_FAULTS,
  ...{ dead: undefined, isSilent: false, heartbeat: undefined, signals: {} },
};
export const PLAYS_DEAD: NodeFaults = { ...NO_NODE_FAULTS, dead: 'refused' };

const DEAD: Readonly<Record<string, NodeFaults['dead']>> = {
  KubeletCrash: 'refused',
  Partition: 'unanswered',
  ZoneOutage: 'unanswered',
};
const SIGNALS: Readonly<Record<string, string>> = {
  MemoryPressure: 'memory.available',
  DiskPressure: 'nodefs.available',
  PIDPressure: 'pid.available',
};

export function nodeFaults({ active, changesAt }: Faults): NodeFaults {
  const late = active.find(({ spec }) => spec.type === 'SlowHeartbeat')?.spec.slowHeartbeat;
  const dead = active.flatMap(({ spec: { type = '' } }) => DEAD[type] ?? []);
  const signals = active.flatMap(({ spec: { type = '', pressure } }) => {
    const signal = SIGNALS[type];
    return signal === undefined ? [] : [[signal, pressure?.available ?? '0'] as const];
  });
  return {
    ...{ active, changesAt, dead: dead.includes('unanswered') ? 'unanswered' : dead[0] },
    isSilent: active.some(({ spec }) => spec.type === 'StopHeartbeat'),
    heartbeat: late === undefined ? undefined : { factor: late.factor ?? 1, delayMs: (late.delaySeconds ?? 0) * 1_000 },
    signals: Object.fromEntries(signals.reverse()),
  };
}

/** The fault of that type that holds of the container. What readies a pod, or only looks into it, is spared unless named. */
export function faultOf(
  { active }: Faults,
  type: FaultType,
  { name }: { readonly name: string },
  kind: ContainerKind,
): ActiveFault | undefined {
  const isUsual = kind === 'main' || kind === 'sidecar';
  return active.find(({ spec }) => spec.type === type && (spec.containers?.includes(name) ?? isUsual));
}
