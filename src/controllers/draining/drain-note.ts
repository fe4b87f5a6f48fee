/** What a node says of its drain: an annotation, so that it survives every crash and holds for any number of nodes. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import { DRAIN_ANNOTATION, type Node } from '../kinds/node.ts';
import type { NodeInfo } from '../views/node-info.ts';

export interface DrainNote {
  /** Of the drain or the pool that empties the node. */
  readonly by: string;
  /** It was schedulable before. */
  readonly cordoned: boolean;
  readonly drained?: boolean;
  /** When it was begun, milliseconds. */
  readonly since: number;
}

/** undefined: none, another's, or one that somebody wrote by hand. */
export function noteOf({ drainNote }: Pick<NodeInfo, 'drainNote'>, by: string): DrainNote | undefined {
  if (drainNote === '' || !drainNote.includes(by)) {
    return undefined;
  }
  try {
    const note = JSON.parse(drainNote) as Partial<DrainNote> | null;
    return note?.by === by
      ? { by, cordoned: note.cordoned === true, drained: note.drained === true, since: Number(note.since) || 0 }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the node unschedulable and says whose it is; idempotent. */
export async function cordon(
  { registry, clock }: ControllerContext,
  { name, uid }: Pick<NodeInfo, 'name' | 'uid'>,
  by: string,
  { lease }: ReconcileContext,
): Promise<void> {
  const change = (node: Node): boolean => {
    const drainNote = node.metadata.annotations?.[DRAIN_ANNOTATION] ?? '';
    const before = noteOf({ drainNote }, by);
    const wasCordoned = node.spec?.unschedulable === true;
    if (before !== undefined && wasCordoned) {
      return false;
    }
    const cordoned = before?.cordoned === true || !wasCordoned;
    write(node, { by, cordoned, since: before?.since ?? clock.now() });
    node.spec = { ...node.spec, unschedulable: true };
    return true;
  };
  await registry.modify<Node>('nodes', '', name, change, { uid, fence: lease });
}

export async function markDrained(
  { registry }: ControllerContext,
  { name, uid }: Pick<NodeInfo, 'name' | 'uid'>,
  by: string,
  { lease }: ReconcileContext,
): Promise<void> {
  const change = (node: Node): boolean => {
    const note = noteOf({ drainNote: node.metadata.annotations?.[DRAIN_ANNOTATION] ?? '' }, by);
    if (note === undefined || note.drained === true) {
      return false;
    }
    write(node, { ...note, drained: true });
    return true;
  };
  await registry.modify<Node>('nodes', '', name, change, { uid, fence: lease });
}

/** Gives back what `cordon` took; a node that was cordoned before stays so. */
export async function release(
  { registry }: ControllerContext,
  { name, uid }: Pick<NodeInfo, 'name' | 'uid'>,
  by: string,
  { lease }: ReconcileContext,
): Promise<void> {
  const change = (node: Node): boolean => {
    const { annotations = {} } = node.metadata;
    const note = noteOf({ drainNote: annotations[DRAIN_ANNOTATION] ?? '' }, by);
    if (note === undefined) {
      return false;
    }
    delete annotations[DRAIN_ANNOTATION];
    if (note.cordoned && node.spec !== undefined) {
      delete node.spec.unschedulable;
    }
    return true;
  };
  await registry.modify<Node>('nodes', '', name, change, { uid, fence: lease });
}

function write(node: Node, note: DrainNote): void {
  node.metadata.annotations = { ...node.metadata.annotations, [DRAIN_ANNOTATION]: JSON.stringify(note) };
}
