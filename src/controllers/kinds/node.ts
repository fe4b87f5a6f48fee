/** The parts of core/v1 Node that controllers read and write. Types only. */
import type { ObjectMeta } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';

export interface Taint {
  key: string;
  value?: string;
  effect: string;
  timeAdded?: string;
}
export interface Node {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta & { name: string; uid: string };
  spec?: { taints?: Taint[]; unschedulable?: boolean; providerID?: string };
  status?: {
    allocatable?: Record<string, string>;
    capacity?: Record<string, string>;
    conditions?: Condition[];
    images?: { names?: string[]; sizeBytes?: number }[];
  };
}

/** Who empties the node, and how far that is: JSON of `DrainNote`. */
export const DRAIN_ANNOTATION = 'fleet.flotilla.dev/drain';
