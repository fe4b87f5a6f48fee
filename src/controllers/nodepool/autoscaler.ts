/** Carries out what autoscale.ts finds: changes `spec.replicas`, and cordons nodes before they go. */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { formatTime, parseTime } from '../../values/rfc3339.ts';
import type { ControllerContext } from '../controller.ts';
import { cordon, noteOf, release } from '../draining/drain-note.ts';
import { holdersOf } from '../draining/holders.ts';
import type { Emit } from '../events.ts';
import { DAEMON_SETS } from '../kinds/daemon-set.ts';
import type { NodePool } from '../kinds/node-pool.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isReady } from '../views/node-info.ts';
import { isUnused, nodesNeeded, UnusedSince } from './autoscale.ts';

const POOLS = 'nodepools.fleet.flotilla.dev';
/** As the cluster autoscaler's --scan-interval. */
export const SCAN_MS = 10_000;
/** New nodes get the pods first. */
const SETTLE_MS = 15_000;

export class Autoscaler {
  readonly #context: ControllerContext;
  readonly #emit: Emit;
  readonly #unused = new Map<string, UnusedSince>();

  constructor(context: ControllerContext, emit: Emit) {
    this.#context = context;
    this.#emit = emit;
  }

  /** Of a pool without nodes of an older template: while they are replaced, numbers move anyway. */
  async look(pool: NodePool, nodes: readonly NodeInfo[], run: ReconcileContext): Promise<void> {
    const { autoscaling, replicas = 1 } = pool.spec ?? {};
    // Without a limit nothing is scaled.
    if (autoscaling?.maxReplicas === undefined) {
      this.#unused.delete(pool.metadata.uid);
      return;
    }
    const { minReplicas = 0, maxReplicas } = autoscaling;
    const within = Math.min(maxReplicas, Math.max(minReplicas, replicas));
    const added = within === replicas ? await this.#add(pool, nodes, run) : 0;
    const removed = within === replicas && added === 0 ? await this.#remove(pool, nodes, run) : 0;
    const wanted = within + added - removed;
    if (wanted !== replicas) {
      await this.#resize(pool, wanted, run);
    }
  }

  async #add(pool: NodePool, nodes: readonly NodeInfo[], run: ReconcileContext): Promise<number> {
    const { replicas = 1, autoscaling } = pool.spec ?? {};
    const { views, clock } = this.#context;
    const settled = nodes.length === replicas && nodes.every(isReady);
    const last = parseTime(pool.status?.lastScaleTime) ?? 0;
    const room = (autoscaling?.maxReplicas ?? 0) - replicas;
    if (!settled || clock.now() - last < SETTLE_MS) {
      return 0;
    }
    const cordoned = nodes.filter((node) => noteOf(node, pool.metadata.uid) !== undefined);
    const needed = nodesNeeded(pool, nodes, views.unboundPods(), room + cordoned.length);
    for (const node of cordoned.slice(0, needed)) {
      await release(this.#context, node, pool.metadata.uid, run);
    }
    return Math.max(0, needed - cordoned.length);
  }

  /** A node is cordoned first, and goes with the next look if nothing came in between. */
  async #remove(pool: NodePool, nodes: readonly NodeInfo[], run: ReconcileContext): Promise<number> {
    const { uid } = pool.metadata;
    const { registry, views, clock } = this.#context;
    const { autoscaling, replicas = 1 } = pool.spec ?? {};
    const daemonSets = new Set((await registry.listRefs(DAEMON_SETS, {})).items.map((ref) => ref.uid));
    const unused = (node: NodeInfo): boolean => isUnused(node, views.podsOn(node.name), daemonSets);
    const since = this.#unused.get(uid) ?? new UnusedSince();
    this.#unused.set(uid, since);
    since.keepOnly(new Set(nodes.map((node) => node.uid)));
    const delayMs = (autoscaling?.scaleDownDelaySeconds ?? 600) * 1_000;
    const idle = since.longerThan(delayMs, nodes, unused, clock.monotonic());
    let going = 0;
    const most = replicas - (autoscaling?.minReplicas ?? 0);
    for (const node of nodes.filter((one) => noteOf(one, uid) !== undefined)) {
      if (unused(node) && going < most) {
        going += 1;
      } else {
        await release(this.#context, node, uid, run);
      }
    }
    const next = idle.filter((node) => noteOf(node, uid) === undefined && !node.unschedulable);
    const { mayTake } = await holdersOf(this.#context, next, uid);
    for (const node of next.slice(0, Math.max(0, most - going))) {
      await cordon(this.#context, node, uid, mayTake, run);
    }
    return going;
  }

  async #resize({ metadata: { name, uid }, ...pool }: NodePool, wanted: number, run: ReconcileContext): Promise<void> {
    const { registry, clock } = this.#context;
    const fence = run.lease;
    const from = pool.spec?.replicas ?? 1;
    const change = (object: NodePool): boolean => {
      // Somebody else was faster.
      const isAsSeen = (object.spec?.replicas ?? 1) === from;
      object.spec = { ...object.spec, replicas: wanted };
      return isAsSeen;
    };
    await registry.modify<NodePool>(POOLS, '', name, change, { uid, fence });
    const note = (object: NodePool): boolean => {
      object.status = { ...object.status, lastScaleTime: formatTime(clock.now()) };
      return true;
    };
    await registry.modify<NodePool>(POOLS, '', name, note, { subresource: 'status', uid, fence });
    const [reason, why] =
      wanted > from ? ['TriggeredScaleUp', 'pods fit nowhere'] : ['TriggeredScaleDown', 'nodes are empty'];
    const subject = { apiVersion: pool.apiVersion, kind: pool.kind, metadata: { name, uid } };
    this.#emit(subject, 'Normal', reason, `From ${from} to ${wanted} nodes: ${why}`);
  }
}
