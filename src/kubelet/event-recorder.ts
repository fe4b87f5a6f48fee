/**
 * Events as the kubelet's, off the critical path: recording never waits and never fails a sync. Repeats fold into a
 * count; under load the oldest waiting events are dropped and counted. About 1,000 events/s leave a process at most,
 * so that events never crowd out status writes.
 */
import type { Logger } from '../logger.ts';
import type { Registry } from '../registry/registry.ts';
import type { Clock } from '../timing/clock.ts';
import type { KubeObject } from '../values/object.ts';
import { BoundedMap } from './bounded-map.ts';
import { toTime } from './timestamp.ts';

export interface EventSubject {
  readonly kind: 'Pod' | 'Node';
  /** '' for nodes; their events live in `default`. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `spec.containers{name}` */
  readonly fieldPath?: string;
}
interface Recorded {
  readonly namespace: string;
  readonly name: string;
  readonly subject: EventSubject;
  readonly host: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly firstAt: number;
  lastAt: number;
  count: number;
  /** Counted since the last write. */
  waiting: boolean;
  written: boolean;
}

const QUEUE_LIMIT = 5_000;
const FOLD_LIMIT = 20_000;
const BATCH = 200;
const FLUSH_MS = 200;
/** Repeats later than this begin a new event: the old one may have expired. */
const FOLD_MS = 600_000;

export class EventRecorder {
  readonly #queue = new Set<Recorded>();
  readonly #recent = new BoundedMap<string, Recorded>(FOLD_LIMIT);
  readonly #clock: Clock;
  readonly #logger: Logger;
  #serial = 0;
  #dropped = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Events that were never written because the queue was full or the write failed. */
  get dropped(): number {
    return this.#dropped;
  }

  record(subject: EventSubject, host: string, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const now = this.#clock.now();
    const key = [subject.uid, subject.fieldPath, type, reason, message].join('\n');
    const known = this.#recent.get(key);
    if (known !== undefined && now - known.lastAt < FOLD_MS) {
      known.count += 1;
      known.lastAt = now;
      this.#enqueue(known);
      return;
    }
    this.#serial += 1;
    const suffix = (BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#serial % 1_000_000)).toString(16);
    const event: Recorded = {
      namespace: subject.namespace === '' ? 'default' : subject.namespace,
      name: `${subject.name.slice(0, 230)}.${suffix}`,
      ...{ subject, host, type, reason, message },
      ...{ firstAt: now, lastAt: now, count: 1, waiting: false, written: false },
    };
    this.#recent.set(key, event);
    this.#enqueue(event);
  }

  #enqueue(event: Recorded): void {
    if (event.waiting) {
      return;
    }
    event.waiting = true;
    this.#queue.add(event);
    const [oldest] = this.#queue;
    if (this.#queue.size > QUEUE_LIMIT && oldest !== undefined) {
      this.#take(oldest);
      this.#dropped += 1;
    }
  }

  #take(event: Recorded): void {
    event.waiting = false;
    this.#queue.delete(event);
  }

  /** Writes what is waiting, a batch every 200 ms, until the signal aborts. */
  async run(registry: Registry, signal: AbortSignal): Promise<void> {
    let reported = 0;
    while (!signal.aborted) {
      await this.#clock.sleep(FLUSH_MS, signal).catch(() => undefined);
      await this.flush(registry);
      if (this.#dropped > reported) {
        this.#logger.debug({ dropped: this.#dropped }, 'events dropped under load');
        reported = this.#dropped;
      }
    }
  }

  /** One batch; a failure is counted and logged, never thrown. */
  async flush(registry: Registry): Promise<void> {
    const batch = [...this.#queue].slice(0, BATCH);
    for (const event of batch) {
      this.#take(event);
    }
    const repeats = batch.filter(({ written }) => written);
    const fresh = batch.filter(({ written }) => !written);
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
    const results = await registry.createAll('events', events.map(toEvent));
    for (const [i, result] of results.entries()) {
      const event = events[i];
      if (result instanceof Error) {
        this.#dropped += 1;
      } else if (event !== undefined) {
        event.written = true;
      }
    }
  }

  async #count(registry: Registry, event: Recorded): Promise<void> {
    const { namespace, name, count, lastAt } = event;
    const changed = await registry.modify<KubeObject & { count?: number; lastTimestamp?: string }>(
      'events',
      namespace,
      name,
      (object) => {
        object.count = count;
        object.lastTimestamp = toTime(lastAt);
        return true;
      },
    );
    if (changed === undefined) {
      event.written = false;
      await this.#create(registry, [event]);
    }
  }
}

function toEvent(event: Recorded): KubeObject {
  const { namespace, name, subject, host, type, reason, message, firstAt, lastAt, count } = event;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace, name },
    involvedObject: {
      apiVersion: 'v1',
      ...subject,
      namespace: subject.namespace === '' ? undefined : subject.namespace,
    },
    reason,
    // Kubernetes refuses longer ones.
    message: message.slice(0, 1_024),
    source: { component: 'kubelet', host },
    firstTimestamp: toTime(firstAt),
    lastTimestamp: toTime(lastAt),
    count,
    type,
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: host,
  } as KubeObject;
}
