/**
 * All due keys of daemon sets at once: a set is looked at once, however many keys ask for it. Two looks at the same time
 * would each make the missing pods.
 */
import pLimit from 'p-limit';
import { toError } from '../../errors.ts';
import type { DueKey, ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type StoredObject } from '../../registry/registry.ts';
import { DAEMON_SETS, type DaemonSet } from '../kinds/daemon-set.ts';
import { orphansNamespace, parseKey } from '../namespaced-key.ts';
import { adoptOrphans } from '../pod-ownership.ts';
import type { Results } from '../results.ts';
import { type DaemonSync, syncDaemonSet } from './sync-daemon-set.ts';

/** Nodes came, went, or changed their labels or taints: every set has to look. */
export const NODES_KEY = 'nodes//';
const AT_ONCE = 4;
type Outcome = ReconcileResult | Error;

export async function reconcileDaemonSets(
  sync: DaemonSync,
  keys: readonly DueKey[],
  run: ReconcileContext,
): Promise<Results> {
  const { registry, views } = sync.context;
  await views.fresh(run.signal);
  const limit = pLimit(AT_ONCE);
  const looks = new Map<string, Promise<Outcome>>();
  const look = (namespace: string, name: string, known?: StoredObject): Promise<Outcome> => {
    const key = `${namespace}/${name}`;
    const going = looks.get(key) ?? limit(() => lookAt(sync, namespace, name, known, run).catch(toError));
    looks.set(key, going);
    return going;
  };
  const answer = async (key: string): Promise<Outcome> => {
    const orphansOf = orphansNamespace(key);
    if (orphansOf !== undefined) {
      return adoptOrphans(sync.context, DAEMON_SETS, orphansOf, run);
    }
    if (key !== NODES_KEY) {
      const { namespace, name } = parseKey(key);
      return look(namespace, name);
    }
    const { items } = await registry.list(DAEMON_SETS, {});
    return merge(await Promise.all(items.map((stored) => look(stored.namespace, stored.name, stored))));
  };
  const results: Results = new Map();
  await Promise.all(
    keys.map(async ({ key }) => {
      results.set(key, await answer(key).catch(toError));
    }),
  );
  return results;
}

async function lookAt(
  sync: DaemonSync,
  namespace: string,
  name: string,
  known: StoredObject | undefined,
  run: ReconcileContext,
): Promise<Outcome> {
  if (run.signal.aborted) {
    return new Error('stopped before all daemon sets were looked at');
  }
  const stored = known ?? (await sync.context.registry.find(DAEMON_SETS, namespace, name));
  return stored === undefined ? {} : syncDaemonSet(sync, decodeObject<DaemonSet>(stored), run);
}

function merge(outcomes: readonly Outcome[]): Outcome {
  const waits = outcomes.flatMap((one) => (one instanceof Error ? [] : (one.requeueAfterMs ?? [])));
  const error = outcomes.find((one) => one instanceof Error);
  return error ?? (waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) });
}
