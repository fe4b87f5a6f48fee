/**
 * Gives pending pods their nodes, in batches: nodes are chosen against a world that counts each choice at once, then
 * the batch is bound in one group of commits while the next one is chosen. What lost a race is tried again.
 *
 * scheduler/: kube-scheduler. May import registry, queue (its contract), timing, values and what controllers share; never
 * another controller or the kubelet.
 */
import { setImmediate } from 'node:timers/promises';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { Binder, type Chosen } from './binder.ts';
import type { NodeState } from './cache/node-state.ts';
import { ClaimBinder, type Undecided } from './claim-binder.ts';
import { demandOf } from './demand/demand.ts';
import { failureMessage, refusingPlugins } from './diagnosis.ts';
import { storedClaims } from './plugins/volume-binding.ts';
import { type Eviction, evictVictims } from './preemption/evict-victims.ts';
import type { Candidate } from './preemption/pick-candidate.ts';
import { ProfileSchedulers } from './profiles/profile-schedulers.ts';
import { feedQueue } from './queue/event-source.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';
import { reportUnschedulable, type Unschedulable } from './report-unschedulable.ts';
import { createWorld, type World } from './world/world.ts';

const BATCH = 1_000;
/** Then others of the process get their turn: among 100,000 nodes a choice takes a millisecond and more. */
const SLICE = 50;
const SLICE_MS = 5;
/** Then the queue runs what else is due. */
const LONGEST_PASS_MS = 5_000;

interface Outcome {
  readonly chosen: readonly Chosen[];
  /** Their claims come first. */
  readonly undecided: readonly Undecided[];
  readonly unschedulable: readonly Unschedulable[];
  readonly evictions: readonly Eviction[];
}
interface Unfit extends Omit<Unschedulable, 'pod'> {
  /** Who leaves so that it will fit. */
  readonly eviction?: Eviction;
}

export class Scheduler {
  readonly #context: ControllerContext;
  readonly #world: World;
  readonly #queue: SchedulingQueue;
  readonly #profiles: ProfileSchedulers;
  readonly #binder: Binder;
  readonly #claims: ClaimBinder;

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
    this.#claims = new ClaimBinder(context, this.#world.volumes, this.#queue);
    // After the world: whoever is woken by a change must be able to count with it.
    feedQueue(views, this.#queue, this.#profiles.names);
    views.storage.onChange((claim) => this.#queue.happened({ kind: 'storage', claim }));
    this.#world.volumeLimits.onRoom(() => this.#queue.happened({ kind: 'volume-limits' }));
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
    const outcome = {
      ...{ chosen: [] as Chosen[], undecided: [] as Undecided[] },
      ...{ unschedulable: [] as Unschedulable[], evictions: [] as Eviction[] },
    };
    /** Pods that ask for the same of the same fleet fare the same: 10,000 that fit nowhere cost one look. */
    const hopeless = new Map<string, Unfit>();
    const { clock } = this.#context;
    let tried = 0;
    let turn = { from: 0, since: clock.monotonic() };
    try {
      for (const pod of batch) {
        if (tried - turn.from === SLICE || clock.monotonic() - turn.since >= SLICE_MS) {
          await setImmediate();
          signal.throwIfAborted();
          turn = { from: tried, since: clock.monotonic() };
        }
        const { cache, volumes, volumeLimits } = this.#world;
        const key = `${cache.version} ${volumes.version} ${volumeLimits.version} ${demandOf(pod).key}`;
        const fate = hopeless.get(key) ?? this.#decide(pod);
        tried += 1;
        if (typeof fate === 'string') {
          outcome.chosen.push({ pod, nodeName: fate });
        } else if ('decisions' in fate) {
          outcome.undecided.push(fate);
        } else {
          outcome.unschedulable.push({ pod, ...fate });
          this.#queue.fitsNowhere(pod, fate.plugins);
          if (fate.eviction === undefined) {
            hopeless.set(key, fate);
          } else {
            outcome.evictions.push(fate.eviction);
          }
        }
      }
      return outcome;
    } catch (error) {
      this.#undo(outcome);
      for (const pod of [...outcome.chosen.map(({ pod: each }) => each), ...batch.slice(tried)]) {
        this.#queue.giveBack(pod);
      }
      throw error;
    } finally {
      this.#profiles.trim();
    }
  }

  /** The node that the pod gets, counted from now on; or why it gets none, and what is done about that. */
  #decide(pod: PodInfo): string | Undecided | Unfit {
    const scheduler = this.#profiles.of(pod);
    const selection = scheduler.select(pod);
    if ('node' in selection) {
      return this.#take(pod, selection.node);
    }
    const { diagnosis } = selection;
    const plugins = refusingPlugins(diagnosis);
    const preemption = scheduler.preempt(pod, diagnosis);
    if (preemption !== undefined && 'candidate' in preemption) {
      const eviction = this.#promise(pod, preemption.candidate, scheduler.emit);
      return { message: failureMessage(diagnosis, ''), plugins, promised: eviction.nodeName, eviction };
    }
    const keepsPromise = preemption?.keepsPromise === true;
    if (!keepsPromise) {
      this.#queue.nominations.promise(pod, '');
    }
    const message = failureMessage(diagnosis, preemption?.message ?? '');
    return { message, plugins, ...(keepsPromise ? {} : { promised: '' }) };
  }

  /** The node is the pod's from now on: for good, or by a promise until its claims have their volumes there. */
  #take(pod: PodInfo, { name: nodeName, info }: NodeState): string | Undecided {
    const { cache, volumes } = this.#world;
    const claims = storedClaims(demandOf(pod), volumes);
    const decisions = info === undefined ? [] : (volumes.decide(claims, info) ?? []);
    if (decisions.length === 0) {
      cache.assume(pod, nodeName);
      return nodeName;
    }
    volumes.assume(decisions, nodeName);
    this.#queue.nominations.promise(pod, nodeName);
    return { pod, nodeName, decisions };
  }

  /** From now on less important pods leave the node its room. */
  #promise(pod: PodInfo, { node, victims }: Candidate, emit: Emit): Eviction {
    const { nominations } = this.#queue;
    const displaced = nominations.on(node.name).filter(({ priority }) => priority < pod.priority);
    for (const each of displaced) {
      nominations.promise(each, '');
    }
    nominations.promise(pod, node.name);
    return { preemptor: pod, nodeName: node.name, victims, displaced, emit };
  }

  /** Nobody was told: it is as if nothing had been decided. */
  #undo({ chosen, undecided, unschedulable, evictions }: Outcome): void {
    this.#binder.undo(chosen);
    this.#claims.undo(undecided);
    for (const { preemptor } of evictions) {
      this.#queue.nominations.promise(preemptor, '');
    }
    for (const { pod } of unschedulable) {
      this.#queue.failed(pod);
    }
  }

  async #finish(outcome: Outcome, { lease }: ReconcileContext): Promise<void> {
    const { chosen, undecided, unschedulable, evictions } = outcome;
    const emitOf = (pod: PodInfo): Emit => this.#profiles.of(pod).emit;
    await this.#binder.bind(chosen, lease, emitOf);
    try {
      await this.#claims.bind(undecided, lease);
      await evictVictims(this.#context, evictions, lease);
      await reportUnschedulable(this.#context, emitOf, unschedulable, lease);
    } catch (error) {
      this.#undo({ ...outcome, chosen: [] });
      throw error;
    }
  }
}
