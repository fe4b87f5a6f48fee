/** Which runtime speaks for a node, if it has figures. */
import { decodeObject } from '../../registry/registry.ts';
import type { Stats } from '../../runtimes/runtime.ts';
import type { ApiContext } from '../context.ts';

const RUNTIME_ANNOTATION = 'fleet.flotilla.dev/runtime';

/** Of the nodes that are there and whose runtime is served here. */
export async function statsOfNodes(
  { registry, runtimes }: ApiContext,
  names: Iterable<string>,
): Promise<ReadonlyMap<string, Stats>> {
  const keys = [...new Set(names)].filter((name) => name !== '').map((name) => ({ namespace: '', name }));
  const found = new Map<string, Stats>();
  for (const node of await registry.getMany('nodes', keys)) {
    const runtime = decodeObject(node).metadata.annotations?.[RUNTIME_ANNOTATION];
    const stats = runtime === undefined ? undefined : runtimes.get(runtime)?.stats;
    if (stats !== undefined) {
      found.set(node.name, stats);
    }
  }
  return found;
}
