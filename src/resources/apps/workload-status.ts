/** Counts of pods in a workload's status. Source: pkg/apis/apps/validation, Validate{Deployment,ReplicaSet}Status, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { ScaleDefinition } from '../define-resource.ts';
import { checkNonNegative, invalidField } from '../field-errors.ts';

export const REPLICAS_SCALE: ScaleDefinition = {
  specReplicasPath: 'spec.replicas',
  statusReplicasPath: 'status.replicas',
  selectorPath: 'spec.selector',
};

export interface ReplicaCounts {
  observedGeneration?: number;
  replicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
}

type Counts<T extends ReplicaCounts> = readonly (keyof T & string)[];

/** `ofReplicas` names the counts that are parts of `replicas`; `ready` is what the kind calls those that are ready. */
export function checkReplicaCounts<T extends ReplicaCounts>(
  status: T,
  counts: Counts<T>,
  ofReplicas: Counts<T>,
  ready: 'readyReplicas' | 'status.readyReplicas' = 'readyReplicas',
): StatusCause[] {
  const value = (name: keyof T & string): number => Number(status[name] ?? 0);
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  return [
    ...counts.flatMap((name) => checkNonNegative(`status.${name}`, value(name))),
    ...ofReplicas
      .filter((name) => value(name) > replicas)
      .map((name) => invalidField(`status.${name}`, value(name), 'cannot be greater than status.replicas')),
    ...(availableReplicas > readyReplicas
      ? [invalidField('status.availableReplicas', availableReplicas, `cannot be greater than ${ready}`)]
      : []),
  ];
}

/** How often a name was taken already: a count that only rises. */
export const checkCollisionCount = (
  { collisionCount }: { collisionCount?: number } = {},
  { collisionCount: old }: { collisionCount?: number } = {},
): StatusCause[] =>
  (collisionCount ?? -1) < (old ?? -1)
    ? [invalidField('status.collisionCount', collisionCount ?? 0, 'cannot be decremented')]
    : [];
