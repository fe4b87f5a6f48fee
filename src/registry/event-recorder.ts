/**
 * core/v1 Events of one component, off the critical path: recording never waits and never fails its caller. Repeats
 * fold into a count, and so do many that are alike; of one object few are told at once and of a node so many a second, as
 * in Kubernetes. What does not fit the queue is dropped and counted: events never crowd out other writes (at most about
 * 1,000/s leave a recorder).
 */
import type { Logger } from '../logger.ts';
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import { type Rate, TokenBucket } from '../timing/token-bucket.ts';
import type { KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';
import { type EventSubject, eventMessage, eventObject } from './event-object.ts';
import { EventQueue, type QueuedEvent } from './event-queue.ts';
import type { Registry } from './registry.ts';
import { SimilarEvents } from './similar-events.ts';

export type { EventSubject } from './event-object.ts';

interface Recorded extends QueuedEvent {
  readonly namespace: string;
  readonly name: string;
  readonly subject: EventSubject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  message: string;
  readonly firstAt: number;
  lastAt: number;
  count: number;
  written: boolean;
}

const FOLD_LIMIT = 20_000;
const BATCH = 200;
const FLUSH_MS = 200;
/** Repeats later than this begin a new event. Source: client-go tools/record, defaultAggregateIntervalInSeconds. */
const FOLD_MS = 600_000;
/** Source: client-go tools/record, EventAggregatorByReasonMessageFunc. */
const COMBINED = '(combined from similar events): ';
/** Of one object; the counts go on meanwhile. Source: client-go tools/record, EventSourceObjectSpamFilter. */
const OF_ONE_OBJECT: Rate = { perSecond: 1 / 300, burst: 25 };

export interface EventStyle {
  /** Of the events of a host about which nothing else is said; undefined: as fast as it goes. */
  readonly rate?: Rate;
  /** Also many that are alike are told each, as kube-scheduler does. */
  readonly tellsEach?: boolean;
}

export class EventRecorder {
  readonly #queue = new EventQueue<Recorded>();
  readonly #budgets = new BoundedMap<string, TokenBucket>(FOLD_LIMIT);
  readonly #recent = new BoundedMap<string, Recorded>(FOLD_LIMIT);
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #component: string;
  readonly #rate: Rate | undefined;
  readonly #similar: SimilarEvents | undefined;
  #serial = 0;
  #dropped = 0;

  constructor(component: string, clock: Clock, logger: Logger, { rate, tellsEach = false }: EventStyle = {}) {
    this.#component = component;
    this.#rate = rate;
    this.#similar = tellsEach ? undefined : new SimilarEvents();
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Events that a repeat may fold into. */
  get remembered(): number {
    return this.#recent.size;
  }

  /** Events that were never written: the queue was full, or the write failed. */
  get dropped(): number {
    return this.#dropped + this.#queue.dropped;
  }

  /** `host`: the node whose component speaks, at its `rate`; '' for those of no node. */
  record(
    subject: EventSubject,
    type: 'Normal' | 'Warning',
    reason: string,
    given: string,
    host = '',
    rate = this.#rate,
  ): void {
    // What is remembered is bounded in entries, so each must be.
    const message = eventMessage(given);
    const now = this.#clock.now();
    const alike = [subject.uid, type, reason, host].join('\n');
    const areMany = this.#similar?.areMany(alike, message, now) === true;
    const key = areMany ? alike : [subject.uid, subject.fieldPath, type, reason, message].join('\n');
    const words = areMany ? `${COMBINED}${message}` : message;
    const known = this.#recent.get(key);
    if (known !== undefined && now - known.lastAt < FOLD_MS) {
      known.count += 1;
      known.lastAt = now;
      known.message = words;
      this.#enqueue(known);
      return;
    }
    this.#serial += 1;
    const suffix = (BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#serial % 1_000_000)).toString(16);
    const event: Recorded = {
      namespace: subject.namespace === '' ? 'default' : subject.namespace,
      name: `${subject.name.slice(0, 230)}.${suffix}`,
      ...{ subject, host, rate, type, reason, message: words },
      ...{ firstAt: now, lastAt: now, count: 1, written: false },
    };
    this.#forgetBefore(now - FOLD_MS);
    this.#recent.set(key, event);
    this.#enqueue(event);
  }

  /** What no repeat folds into any more. One that is repeated may keep younger ones a while. */
  #forgetBefore(at: number): void {
    for (const [key, { lastAt }] of this.#recent.entries()) {
      if (lastAt > at) {
        return;
      }
      this.#recent.delete(key);
    }
  }

  #enqueue(event: Recorded): void {
    const { uid } = event.subject;
    const budget = this.#budgets.get(uid) ?? new TokenBucket();
    this.#budgets.set(uid, budget);
    if (budget.take(OF_ONE_OBJECT, this.#clock.monotonic())) {
      this.#queue.add(event);
    }
  }

  /** Writes what is waiting, a batch every 200 ms, until the signal aborts. */
  async run(registry: Registry, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(FLUSH_MS, signal).catch(() => undefined);
      await this.flush(registry);
    }
  }

  /** One batch; a failure is counted and logged, never thrown. */
  async flush(registry: Registry): Promise<void> {
    const batch = this.#queue.take(BATCH, this.#clock.monotonic());
    const fresh = batch.filter(({ written }) => !written);
    const repeats = batch.filter(({ written }) => written);
    try {
      await Promise.all([this.#create(registry, fresh), ...repeats.map((event) => this.#count(registry, event))]);
    } catch (error) {
      this.#dropped += batch.length;
      this.#logger.warn({ err: error, events: batch.length }, 'cannot write events');
    }
  }

  async #create(registry: Registry, events: readonly Recorded[]): Promise<void> {
    if (events.length === 0) {
      return;
    }
    const results = await registry.createAll(
      'events',
      events.map((event) => this.#toObject(event)),
    );
    const refused = results.filter((result) => result instanceof Error);
    for (const [i, event] of events.entries()) {
      event.written = !(results[i] instanceof Error);
    }
    if (refused.length > 0) {
      this.#dropped += refused.length;
      this.#logger.warn({ err: refused[0], events: refused.length }, 'events refused');
    }
  }

  async #count(registry: Registry, event: Recorded): Promise<void> {
    const { namespace, name, count, lastAt, message } = event;
    const changed = await registry.modify<KubeObject & { count?: number; lastTimestamp?: string; message?: string }>(
      'events',
      namespace,
      name,
      (object) => {
        object.count = count;
        object.lastTimestamp = formatTime(lastAt);
        object.message = eventMessage(message);
        return true;
      },
    );
    if (changed === undefined) {
      await this.#create(registry, [event]);
    }
  }

  #toObject(event: Recorded): KubeObject {
    return eventObject({ ...event, component: this.#component });
  }
}
