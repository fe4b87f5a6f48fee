/** A pod's quality-of-service class. Source: pkg/apis/core/v1/helper/qos/qos.go, ComputePodQOS. */
import { parseQuantity } from '../../values/quantity.ts';
import type { ResourceRequirements } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COMPUTE = ['cpu', 'memory'] as const;
const NONE = 0n;

function amount(list: Readonly<Record<string, string>> | undefined, name: string): bigint {
  const text = list?.[name];
  return text === undefined ? NONE : (parseQuantity(text)?.nanos ?? NONE);
}

const asks = ({ requests, limits }: ResourceRequirements): boolean =>
  COMPUTE.some((name) => amount(requests, name) > NONE || amount(limits, name) > NONE);

/** A limit stands in for a request that is not given. */
const isFixed = ({ requests, limits }: ResourceRequirements): boolean =>
  COMPUTE.every((name) => {
    const limit = amount(limits, name);
    return limit > NONE && (requests?.[name] === undefined || amount(requests, name) === limit);
  });

/**
 * Guaranteed: every container limits cpu and memory and requests just that. BestEffort: none asks for either. Where the
 * pod asks as a whole, that alone counts.
 */
export function qosClass({ resources: whole, containers = [], initContainers = [] }: PodSpec): QosClass {
  const each = [...containers, ...initContainers].map((container) => container.resources ?? {});
  const resources = whole === undefined ? each : [whole];
  if (!resources.some(asks)) {
    return 'BestEffort';
  }
  return resources.every(isFixed) ? 'Guaranteed' : 'Burstable';
}
