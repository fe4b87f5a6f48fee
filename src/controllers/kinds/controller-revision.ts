/** apps/v1 ControllerRevision: a template that a workload once had. Types only. */
import type { KubeObject, ObjectMeta } from '../../values/object.ts';

export interface ControllerRevision extends KubeObject {
  metadata: ObjectMeta & { name: string; namespace: string; uid: string };
  /** A strategic merge patch for the workload: `{ spec: { template } }`. */
  data: unknown;
  revision: number;
}

export const REVISIONS = 'controllerrevisions.apps';
