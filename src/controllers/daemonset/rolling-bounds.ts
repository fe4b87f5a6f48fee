/** How many daemons a rolling update may take away, or add beside the old ones. Pure. Source: daemon/util. */
import { scaledValue } from '../int-or-percent.ts';
import type { DaemonSet } from '../kinds/daemon-set.ts';

export interface RollingBounds {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

/** `desired`: how many nodes are to have one. Percentages round up; two zeros would stand still for ever. */
export function rollingBounds({ spec }: Pick<DaemonSet, 'spec'>, desired: number): RollingBounds {
  const { rollingUpdate: { maxUnavailable = 1, maxSurge = 0 } = {} } = spec.updateStrategy ?? {};
  const unavailable = scaledValue(maxUnavailable, desired, Math.ceil);
  const surge = scaledValue(maxSurge, desired, Math.ceil);
  return { maxUnavailable: unavailable === 0 && surge === 0 ? 1 : unavailable, maxSurge: surge };
}

export const isRolling = ({ spec }: Pick<DaemonSet, 'spec'>): boolean => spec.updateStrategy?.type !== 'OnDelete';

export const allowsSurge = (set: Pick<DaemonSet, 'spec'>): boolean =>
  isRolling(set) && rollingBounds(set, 1).maxSurge > 0;
