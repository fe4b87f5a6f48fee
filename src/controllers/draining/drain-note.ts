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

/** The UID of whoever wrote it; undefined: nobody, or somebody by hand. */
export function writerOf(drainNote: string): string | undefined {
  try {
    const by = drainNote === '' ? undefined : (JSON.parse(drainNote) as Partial<DrainNote> | null)?.by;
    return typeof by === 'string' && by !== '' ? by : undefined;
  } catch {
    return undefined;
  }
}

type NamedNode = Pick<NodeInfo, 'name' | 'uid'>;

/** `change` gets the note that is `by`'s, and says whether it changed the node. */
async function changeNode(
  { registry }: ControllerContext,
  { name, uid }: NamedNode,
  by: string,
  { lease }: ReconcileContext,
  change: (node: Node, note: DrainNote | undefined) => boolean,
): Promise<void> {
  const changeIt = (node: Node): boolean =>
    change(node, noteOf({ drainNote: node.metadata.annotations?.[DRAIN_ANNOTATION] ?? '' }, by));
  await registry.modify<Node>('nodes', '', name, changeIt, { uid, fence: lease });
}

/** Whether a note of the writer may be written over, and whether the writer has ended or lives on; undefined: no. */
export type MayTake = (writer: string, isDrained: boolean) => 'ended' | 'live' | undefined;

/** Makes the node unschedulable and says whose it is; idempotent. False: it is another's now, and stays so. */
export async function cordon(
  context: ControllerContext,
  node: NamedNode,
  by: string,
  mayTake: MayTake,
  run: ReconcileContext,
): Promise<boolean> {
  let isOurs = false;
  await changeNode(context, node, by, run, (object, before) => {
    const drainNote = object.metadata.annotations?.[DRAIN_ANNOTATION] ?? '';
    const writer = writerOf(drainNote);
    const isTheirs = writer !== undefined && writer !== by;
    const theirs = isTheirs ? noteOf({ drainNote }, writer) : undefined;
    const taken = isTheirs ? mayTake(writer, theirs?.drained === true) : undefined;
    isOurs = !isTheirs || taken !== undefined;
    const wasCordoned = object.spec?.unschedulable === true;
    if (!isOurs) {
      return false;
    }
    if (before !== undefined && wasCordoned) {
      return false;
    }
    // One that has ended leaves its nodes cordoned on purpose; one that lives on would have given them back.
    const isGivenBack = taken === 'live' && theirs?.cordoned === true;
    const cordoned = before?.cordoned === true || isGivenBack || !wasCordoned;
    write(object, { by, cordoned, since: before?.since ?? context.clock.now() });
    object.spec = { ...object.spec, unschedulable: true };
    return true;
  });
  return isOurs;
}

export const markDrained = (
  context: ControllerContext,
  node: NamedNode,
  by: string,
  run: ReconcileContext,
): Promise<void> =>
  changeNode(context, node, by, run, (object, note) => {
    if (note === undefined || note.drained === true) {
      return false;
    }
    write(object, { ...note, drained: true });
    return true;
  });

/** Gives back what `cordon` took; a node that was cordoned before stays so. */
export const release = (
  context: ControllerContext,
  node: NamedNode,
  by: string,
  run: ReconcileContext,
): Promise<void> =>
  changeNode(context, node, by, run, (object, note) => {
    if (note === undefined) {
      return false;
    }
    delete object.metadata.annotations?.[DRAIN_ANNOTATION];
    if (note.cordoned && object.spec !== undefined) {
      delete object.spec.unschedulable;
    }
    return true;
  });

function write(node: Node, note: DrainNote): void {
  node.metadata.annotations = { ...node.metadata.annotations, [DRAIN_ANNOTATION]: JSON.stringify(note) };
}
