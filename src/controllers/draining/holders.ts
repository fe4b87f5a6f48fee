/** Who else empties nodes: two at once would take each other's note for none, and cordon and release in turn. */
import { decodeObject, type Registry } from '../../registry/registry.ts';
import type { Drain } from '../../resources/fleet/drain.ts';
import { POOL_LABEL } from '../../values/node-labels.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { Views } from '../views/views.ts';
import { type MayTake, noteOf, writerOf } from './drain-note.ts';
import { waitersFor } from './waiting-drains.ts';

export interface Holders {
  /** By name of the node: who is at work on it, as `Drain monday`. */
  readonly held: ReadonlyMap<string, string>;
  readonly mayTake: MayTake;
}

const DRAINS = 'drains.fleet.flotilla.dev';
const NOBODY: Holders = { held: new Map(), mayTake: () => undefined };
const TERMINAL: ReadonlySet<string | undefined> = new Set(['Completed', 'Failed', 'Cancelled']);

export const isOver = ({ status }: Pick<Drain, 'status'>): boolean => TERMINAL.has(status?.phase);

/** Of the nodes that bear another's note than `by`'s. Asks the store only if there are any. */
export async function holdersOf(
  { registry, views }: { readonly registry: Pick<Registry, 'list'>; readonly views: Pick<Views, 'nodes'> },
  nodes: readonly NodeInfo[],
  by: string,
): Promise<Holders> {
  const foreign = nodes.flatMap((node) => {
    const writer = writerOf(node.drainNote);
    return writer === undefined || writer === by ? [] : [{ node, writer }];
  });
  if (foreign.length === 0) {
    return NOBODY;
  }
  const { items } = await registry.list(DRAINS, {});
  const drains = items.map((item) => decodeObject<Drain>(item)).filter((drain) => !isOver(drain));
  const names = new Map(drains.map(({ metadata: { uid, name } }) => [uid, `Drain ${name}`]));
  // A pool takes its own notes off when it is done with a node, and its nodes go with it.
  const holderOf = ({ node, writer }: (typeof foreign)[number]): string | undefined =>
    writer === node.controllerUid && node.unschedulable
      ? `NodePool ${node.labels[POOL_LABEL] ?? ''}`
      : names.get(writer);
  const held = new Map<string, string>();
  const ended = new Set<string>();
  // Of drains that have each emptied what the next one wants one goes first: they would wait for each other for ever. One
  // that waits for nobody comes to its end by itself, and keeps its nodes until then.
  const waiters = names.has(by) ? waitersFor(by, drains, views.nodes.values()) : new Set();
  const mayTake: MayTake = (writer, isDrained) =>
    ended.has(writer) ? 'ended' : isDrained && waiters.has(writer) && by < writer ? 'live' : undefined;
  for (const one of foreign) {
    const holder = holderOf(one);
    if (holder === undefined) {
      ended.add(one.writer);
    } else if (mayTake(one.writer, noteOf(one.node, one.writer)?.drained === true) === undefined) {
      held.set(one.node.name, holder);
    }
  }
  return { held, mayTake };
}
