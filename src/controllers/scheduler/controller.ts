/**
 * The default scheduler: binds pending pods in batches. One pass chooses nodes for up to 1,000 pods against a cache
 * that counts its own choices at once, then binds them in one group of commits; what lost a race is tried again.
 */
import { setImmediate } from 'node:timers/promises';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { StoredObject } from '../../registry/registry.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { Results } from '../results.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { demandOf } from './demand/demand.ts';
import { ReadyDemands } from './demand/ready-demands.ts';
import { failureMessage } from './diagnosis.ts';
import { PLUGINS } from './plugins/index.ts';
import { noPreemption } from './preemption-outlook.ts';
import { reportUnschedulable, type Unschedulable } from './report-unschedulable.ts';
import { SchedulingQueue } from './scheduling-queue.ts';
import { NodeSelector } from './select-node.ts';
import { NAME, PENDING, SCHEDULER_NAME, schedulerTriggers, UNSCHEDULABLE } from './triggers.ts';
import { createWorld, type World } from './world/world.ts';

const BATCH = 1_000;
/** About 10 ms of choosing; then others of the process get their turn. */
const SLICE = 50;

export const schedulerController: ControllerDefinition = {
  name: NAME,
  triggers: schedulerTriggers,
  create: (context) => {
    const scheduler = new Scheduler(context, context.events(SCHEDULER_NAME));
    return {
      reconciler: {
        name: NAME,
        reconcileBatch: async (keys, run) => {
          if (keys.some(({ key }) => key === UNSCHEDULABLE)) {
            scheduler.queue.unpark();
          }
          const requeueAfterMs = await scheduler.pass(run);
          const results: Results = new Map(keys.map(({ key }) => [key, {}]));
          if (requeueAfterMs !== undefined && results.has(PENDING)) {
            results.set(PENDING, { requeueAfterMs });
          }
          return results;
        },
      },
      periodic: [{ key: PENDING, everyMs: 30_000 }],
    };
  },
};

class Scheduler {
  readonly queue = new SchedulingQueue();
  readonly #context: ControllerContext;
  readonly #emit: Emit;
  readonly #world: World;
  readonly #demands: ReadyDemands;
  readonly #selector: NodeSelector;

  constructor(context: ControllerContext, emit: Emit) {
    this.#context = context;
    this.#emit = emit;
    this.#world = createWorld(context.views);
    this.#demands = new ReadyDemands(PLUGINS, this.#world);
    this.#selector = new NodeSelector(this.#world, context.config.seed);
  }

  /** Answers in how many milliseconds the next pass is due; undefined: when something changes. */
  async pass(run: ReconcileContext): Promise<number | undefined> {
    const { views, clock } = this.#context;
    await views.fresh(run.signal);
    const now = clock.monotonic();
    const pending = [...views.unboundPods()].filter((pod) => isPending(pod) && !this.#world.cache.isAssumed(pod));
    this.queue.keepOnly(pending);
    const ready = pending.filter((pod) => this.queue.readyAt(pod) <= now).sort(byPriority);
    const batch = ready.slice(0, BATCH);
    const { chosen, unschedulable } = await this.#choose(batch, run.signal);
    await this.#bind(chosen, run);
    await reportUnschedulable(this.#context, this.#emit, unschedulable, run.lease);
    if (ready.length > BATCH) {
      return 0;
    }
    const next = Math.min(...pending.map((pod) => this.queue.readyAt(pod)).filter((at) => at > now));
    return Number.isFinite(next) ? Math.max(1, next - clock.monotonic()) : undefined;
  }

  async #choose(
    batch: readonly PodInfo[],
    signal: AbortSignal,
  ): Promise<{ chosen: Map<PodInfo, string>; unschedulable: Unschedulable[] }> {
    const chosen = new Map<PodInfo, string>();
    const unschedulable: Unschedulable[] = [];
    /** Pods that ask for the same fare the same: 10,000 pods that fit nowhere cost one look at all nodes. */
    const hopeless = new Map<string, string>();
    for (const [index, pod] of batch.entries()) {
      if (index > 0 && index % SLICE === 0) {
        await setImmediate();
        signal.throwIfAborted();
      }
      const { version } = this.#world.cache;
      const known = hopeless.get(`${version} ${demandOf(pod).key}`);
      const selected = known === undefined ? this.#select(pod) : { message: known };
      if ('nodeName' in selected) {
        this.#world.cache.assume(pod, selected.nodeName);
        chosen.set(pod, selected.nodeName);
      } else {
        hopeless.set(`${version} ${demandOf(pod).key}`, selected.message);
        this.queue.failed(pod, this.#context.clock.monotonic(), true);
        unschedulable.push({ pod, message: selected.message });
      }
    }
    this.#demands.trim();
    return { chosen, unschedulable };
  }

  #select(pod: PodInfo): { nodeName: string } | { message: string } {
    const selection = this.#selector.select(pod, this.#demands.of(pod));
    if ('node' in selection) {
      return { nodeName: selection.node.name };
    }
    return { message: failureMessage(selection.diagnosis, noPreemption(selection.diagnosis)) };
  }

  async #bind(chosen: ReadonlyMap<PodInfo, string>, { lease }: ReconcileContext): Promise<void> {
    if (chosen.size === 0) {
      return;
    }
    const failed = new Set(chosen.keys());
    try {
      const bindings = await this.#bindings(chosen);
      const results = await this.#context.registry.bindAll(bindings, { fence: lease });
      for (const [index, { info, nodeName }] of bindings.entries()) {
        if (!(results[index] instanceof Error) && results[index] !== undefined) {
          failed.delete(info);
          this.#emitBound(info, nodeName);
        }
      }
    } finally {
      for (const pod of failed) {
        this.#world.cache.forget(pod);
        this.queue.failed(pod, this.#context.clock.monotonic(), false);
      }
    }
  }

  /** The pods as they are stored now; one that was replaced or is gone is left out. */
  async #bindings(
    chosen: ReadonlyMap<PodInfo, string>,
  ): Promise<{ info: PodInfo; pod: StoredObject; nodeName: string }[]> {
    const stored = await this.#context.registry.getMany('pods', [...chosen.keys()]);
    const byUid = new Map(stored.map((pod) => [pod.uid, pod]));
    return [...chosen].flatMap(([info, nodeName]) => {
      const pod = byUid.get(info.uid);
      return pod === undefined ? [] : [{ info, pod, nodeName }];
    });
  }

  #emitBound({ namespace, name, uid }: PodInfo, nodeName: string): void {
    const subject = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } };
    this.#emit(subject, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`);
  }
}

const isPending = ({ deletionTime, phase, scheduling }: PodInfo): boolean =>
  deletionTime === undefined &&
  phase === 'Pending' &&
  scheduling !== undefined &&
  (scheduling.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME &&
  (scheduling.schedulingGates ?? []).length === 0;

const byPriority = (a: PodInfo, b: PodInfo): number =>
  (b.scheduling?.priority ?? 0) - (a.scheduling?.priority ?? 0) || a.createdAt - b.createdAt || a.revision - b.revision;
