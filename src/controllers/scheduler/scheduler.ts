/**
 * Gives pending pods their nodes, in batches: nodes are chosen against a world that counts each choice at once, then
 * the batch is bound in one group of commits while the next one is chosen. What lost a race is tried again.
 */
import { setImmediate } from 'node:timers/promises';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { Binder, type Chosen } from './binder.ts';
import { demandOf } from './demand/demand.ts';
import { failureMessage, refusingPlugins } from './diagnosis.ts';
import { noPreemption } from './preemption-outlook.ts';
import { ProfileSchedulers } from './profiles/profile-schedulers.ts';
import { feedQueue } from './queue/event-source.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';
import { reportUnschedulable, type Unschedulable } from './report-unschedulable.ts';
import { createWorld, type World } from './world/world.ts';

const BATCH = 1_000;
/** About 10 ms of choosing; then others of the process get their turn. */
const SLICE = 50;
/** Then the queue runs what else is due. */
const LONGEST_PASS_MS = 5_000;

interface Outcome {
  readonly chosen: readonly Chosen[];
  readonly unschedulable: readonly Unschedulable[];
}

export class Scheduler {
  readonly #context: ControllerContext;
  readonly #world: World;
  readonly #queue: SchedulingQueue;
  readonly #profiles: ProfileSchedulers;
  readonly #binder: Binder;

  constructor(context: ControllerContext) {
    const { views, clock, config } = context;
    const { podInitialBackoffMs: firstMs, podMaxBackoffMs: maxMs } = config.scheduler;
    this.#context = context;
    this.#world = createWorld(views);
    this.#queue = new SchedulingQueue(clock, { firstMs, maxMs }, (event, pod, plugins) =>
      this.#profiles.of(pod).helps(event, pod, plugins),
    );
    this.#profiles = new ProfileSchedulers(context, this.#world, this.#queue.nominations);
    this.#binder = new Binder(context, this.#world.cache, this.#queue);
    // After the world: whoever is woken by a change must be able to count with it.
    feedQueue(views, this.#queue, this.#profiles.names);
  }

  /** Answers in how many milliseconds the next pass is due; undefined: when something changes. */
  async pass(run: ReconcileContext): Promise<number | undefined> {
    const { views, clock } = this.#context;
    await views.fresh(run.signal);
    const end = clock.monotonic() + LONGEST_PASS_MS;
    let finishing: Promise<void> = Promise.resolve();
    try {
      while (clock.monotonic() < end) {
        const batch = this.#queue.take(BATCH);
        if (batch.length > 0) {
          const outcome = await this.#choose(batch, run.signal);
          await finishing;
          finishing = this.#finish(outcome, run);
          // Its failure is thrown where it is awaited.
          finishing.catch(() => undefined);
        } else {
          await finishing;
          // Pods that got nodes may be what others wait for.
          await views.fresh(run.signal);
          if (this.#queue.nextInMs() !== 0) {
            break;
          }
        }
      }
    } finally {
      await finishing;
    }
    return this.#queue.nextInMs();
  }

  async #choose(batch: readonly PodInfo[], signal: AbortSignal): Promise<Outcome> {
    const chosen: Chosen[] = [];
    const unschedulable: Unschedulable[] = [];
    /** Pods that ask for the same of the same fleet fare the same: 10,000 that fit nowhere cost one look. */
    const hopeless = new Map<string, Omit<Unschedulable, 'pod'>>();
    let tried = 0;
    try {
      for (const pod of batch) {
        if (tried > 0 && tried % SLICE === 0) {
          await setImmediate();
          signal.throwIfAborted();
        }
        const key = `${this.#world.cache.version} ${demandOf(pod).key}`;
        const result = hopeless.get(key) ?? this.#select(pod);
        if ('nodeName' in result) {
          chosen.push({ pod, nodeName: result.nodeName });
        } else {
          hopeless.set(key, result);
          this.#queue.fitsNowhere(pod, result.plugins);
          unschedulable.push({ pod, ...result });
        }
        tried += 1;
      }
    } catch (error) {
      this.#binder.undo(chosen);
      for (const pod of [...chosen.map(({ pod: each }) => each), ...batch.slice(tried)]) {
        this.#queue.giveBack(pod);
      }
      throw error;
    } finally {
      this.#profiles.trim();
    }
    return { chosen, unschedulable };
  }

  #select(pod: PodInfo): { nodeName: string } | Omit<Unschedulable, 'pod'> {
    const selection = this.#profiles.of(pod).select(pod);
    if ('node' in selection) {
      const nodeName = selection.node.name;
      this.#world.cache.assume(pod, nodeName);
      return { nodeName };
    }
    const { diagnosis } = selection;
    return { message: failureMessage(diagnosis, noPreemption(diagnosis)), plugins: refusingPlugins(diagnosis) };
  }

  async #finish({ chosen, unschedulable }: Outcome, run: ReconcileContext): Promise<void> {
    await this.#binder.bind(chosen, run.lease, (pod) => this.#profiles.of(pod).emit);
    await reportUnschedulable(this.#context, (pod) => this.#profiles.of(pod).emit, unschedulable, run.lease);
  }
}
