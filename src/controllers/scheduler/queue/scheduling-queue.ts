/**
 * When each pending pod is tried: by priority, then by time. One that failed waits out its back-off, and, if it fits
 * nowhere, for a change that one of the plugins that refused it hopes for; 5 min at most. In memory: a restart only
 * tries everything once. Source: scheduler/backend/queue/scheduling_queue.go.
 */
import type { Clock } from '../../../timing/clock.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { demandOf } from '../demand/demand.ts';
import { Nominations } from '../nominations.ts';
import type { ClusterEvent } from './cluster-event.ts';
import { Heap } from './heap.ts';

const PARKED_MS = 300_000;

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}
/** Whether the event may make the pod fit, in the eyes of one of the plugins that refused it. */
export type Helps = (event: ClusterEvent, pod: PodInfo, plugins: ReadonlySet<string>) => boolean;

/** `parked`: it fits nowhere, and waits for an event. `gated`: it has scheduling gates. `taken`: it is being scheduled. */
type Place = 'active' | 'back-off' | 'parked' | 'gated' | 'taken';
interface Entry {
  pod: PodInfo;
  place: Place;
  attempts: number;
  /** Wall time at which it began to wait. */
  since: number;
  /** Decides between equals: who came first. */
  order: number;
  /** Monotonic times. */
  backOffUntil: number;
  parkedUntil: number;
  plugins: ReadonlySet<string>;
}
/** An item of a heap, with what it is sorted by. Stale, and skipped, once its entry has changed place. */
interface Ticket {
  readonly entry: Entry;
  readonly order: number;
  readonly priority: number;
  readonly at: number;
}
const NONE: ReadonlySet<string> = new Set();

export class SchedulingQueue {
  readonly nominations = new Nominations();
  readonly #clock: Clock;
  readonly #backOff: BackOff;
  readonly #helps: Helps;
  readonly #entries = new Map<string, Entry>();
  /** Parked pods that ask for the same and were refused by the same plugins: an event helps all of them or none. */
  readonly #parked = new Map<string, Set<Entry>>();
  readonly #active: Heap<Ticket>;
  readonly #waiting: Heap<Ticket>;
  #order = 0;

  constructor(clock: Clock, backOff: BackOff, helps: Helps) {
    this.#clock = clock;
    this.#backOff = backOff;
    this.#helps = helps;
    const isValid = ({ entry, order }: Ticket): boolean =>
      this.#entries.get(entry.pod.uid) === entry && entry.order === order;
    this.#active = new Heap(comesBefore, (ticket) => isValid(ticket) && ticket.entry.place === 'active');
    this.#waiting = new Heap(
      (a, b) => a.at < b.at,
      (ticket) => isValid(ticket) && (ticket.entry.place === 'back-off' || ticket.entry.place === 'parked'),
    );
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A pending pod appeared, or changed. `mayFitNow`: the change may help it. */
  put(pod: PodInfo, mayFitNow: boolean): void {
    const known = this.#entries.get(pod.uid);
    const isGated = (pod.scheduling?.schedulingGates ?? []).length > 0;
    if (known === undefined) {
      const entry: Entry = {
        ...{ pod, place: 'taken', attempts: 0, since: pod.createdAt, order: 0 },
        ...{ backOffUntil: 0, parkedUntil: 0, plugins: NONE },
      };
      this.#entries.set(pod.uid, entry);
      isGated ? this.#leave(entry, 'gated') : this.#activate(entry);
      return;
    }
    const { place } = known;
    // Under its old demand it would not be found again.
    this.#unpark(known);
    known.pod = pod;
    if (isGated) {
      this.#leave(known, 'gated');
    } else if (place === 'gated' || (place === 'parked' && mayFitNow)) {
      this.#retry(known);
    } else if (place === 'parked') {
      this.#park(known);
    } else if (place === 'active') {
      this.#activate(known);
    }
  }

  /** It is pending no more. */
  drop(uid: string): void {
    const entry = this.#entries.get(uid);
    if (entry !== undefined) {
      this.#unpark(entry);
      this.#entries.delete(uid);
    }
  }

  /** The next pods to schedule, at most so many. Each comes back by `fitsNowhere`, `failed` or `drop`. */
  take(limit: number): PodInfo[] {
    this.#wake();
    const pods: PodInfo[] = [];
    while (pods.length < limit) {
      const ticket = this.#active.pop();
      if (ticket === undefined) {
        break;
      }
      ticket.entry.place = 'taken';
      ticket.entry.attempts += 1;
      pods.push(ticket.entry.pod);
    }
    return pods;
  }

  /** Taken and not tried after all. */
  giveBack({ uid }: PodInfo): void {
    const entry = this.#entries.get(uid);
    if (entry?.place === 'taken') {
      entry.attempts -= 1;
      this.#activate(entry);
    }
  }

  fitsNowhere({ uid }: PodInfo, plugins: ReadonlySet<string>): void {
    const entry = this.#entries.get(uid);
    if (entry !== undefined) {
      this.#waitAgain(entry);
      entry.parkedUntil = this.#clock.monotonic() + PARKED_MS;
      entry.plugins = plugins;
      this.#park(entry);
    }
  }

  /** It fits, but has to wait for something that is under way, such as a volume being bound: no failure, so no back-off. */
  waits({ uid }: PodInfo, plugins: ReadonlySet<string>): void {
    const entry = this.#entries.get(uid);
    if (entry?.place === 'taken') {
      entry.attempts -= 1;
      entry.parkedUntil = this.#clock.monotonic() + PARKED_MS;
      entry.plugins = plugins;
      this.#park(entry);
    }
  }

  /** It fits, but could not be bound. */
  failed({ uid }: PodInfo): void {
    const entry = this.#entries.get(uid);
    if (entry !== undefined) {
      this.#unpark(entry);
      this.#waitAgain(entry);
      this.#retry(entry);
    }
  }

  happened(event: ClusterEvent): void {
    for (const group of [...this.#parked.values()]) {
      const [first] = group;
      if (first !== undefined && this.#helps(event, first.pod, first.plugins)) {
        for (const entry of [...group]) {
          this.#unpark(entry);
          this.#retry(entry);
        }
      }
    }
  }

  /** Milliseconds until a pod can be tried; undefined: none will be, unless something happens. */
  nextInMs(): number | undefined {
    this.#wake();
    if (this.#active.peek() !== undefined) {
      return 0;
    }
    const next = this.#waiting.peek();
    return next === undefined ? undefined : Math.max(1, next.at - this.#clock.monotonic());
  }

  #waitAgain(entry: Entry): void {
    const factor = 2 ** Math.min(Math.max(entry.attempts - 1, 0), 30);
    entry.backOffUntil = this.#clock.monotonic() + Math.min(this.#backOff.firstMs * factor, this.#backOff.maxMs);
    entry.since = this.#clock.now();
  }

  #enter(entry: Entry, place: Place, heap: Heap<Ticket>, at: number): void {
    this.#order += 1;
    Object.assign(entry, { place, order: this.#order });
    heap.push({ entry, order: this.#order, priority: entry.pod.priority, at });
  }

  #activate(entry: Entry): void {
    this.#enter(entry, 'active', this.#active, entry.since);
  }

  #retry(entry: Entry): void {
    if (entry.backOffUntil > this.#clock.monotonic()) {
      this.#enter(entry, 'back-off', this.#waiting, entry.backOffUntil);
    } else {
      this.#activate(entry);
    }
  }

  #leave(entry: Entry, place: Place): void {
    this.#order += 1;
    Object.assign(entry, { place, order: this.#order });
  }

  /** Those whose time has come. */
  #wake(): void {
    const now = this.#clock.monotonic();
    for (let next = this.#waiting.peek(); next !== undefined && next.at <= now; next = this.#waiting.peek()) {
      this.#waiting.pop();
      this.#unpark(next.entry);
      this.#activate(next.entry);
    }
  }

  #groupOf = ({ pod, plugins }: Entry): string => `${[...plugins].sort().join()} ${demandOf(pod).key}`;

  #park(entry: Entry): void {
    this.#enter(entry, 'parked', this.#waiting, entry.parkedUntil);
    const key = this.#groupOf(entry);
    this.#parked.set(key, (this.#parked.get(key) ?? new Set<Entry>()).add(entry));
  }

  #unpark(entry: Entry): void {
    if (entry.place === 'parked') {
      const key = this.#groupOf(entry);
      const group = this.#parked.get(key);
      group?.delete(entry);
      if (group?.size === 0) {
        this.#parked.delete(key);
      }
    }
  }
}

const comesBefore = (a: Ticket, b: Ticket): boolean =>
  a.priority !== b.priority ? a.priority > b.priority : a.at !== b.at ? a.at < b.at : a.order < b.order;
