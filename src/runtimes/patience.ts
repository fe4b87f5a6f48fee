/**
 * How long a call to a runtime is waited for. What has hung for one pod is refused to that pod at once, and tried now and
 * then for a moment: a pod that hangs costs the others of its shard its time limit once, not with every pass. When so
 * many pods hang that it must be the runtime itself, the method is refused to all, until any of its calls answers,
 * however late: so few calls are ever outstanding.
 */
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';

const RETRY_MS = 10_000;
/** Of one pod: a call that never ends is one more that is outstanding. */
const MAX_RETRY_MS = 160_000;
const TRIAL_MS = 1_000;
/** A pod that is there is tried again before: this one is gone. */
const GONE_MS = 2 * MAX_RETRY_MS;
/** So many pods, and none that was answered since: the method itself has hung. */
const MANY = 8;
const REMEMBERED = 1_000;

interface Hung {
  readonly message: string;
  readonly pauseMs: number;
  /** Monotonic. */
  triedAt: number;
}
interface Method {
  /** By whom it was called for; '': for no pod. */
  readonly subjects: BoundedMap<string, Hung>;
  /** Of all subjects. */
  all: Hung | undefined;
  /** When a call was answered last, monotonic. */
  answeredAt: number;
}

export class Patience {
  readonly #clock: Clock;
  readonly #methods = new Map<string, Method>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What to tell a caller that is refused, or for how long it may wait: at most `ms`. */
  ask(method: string, subject: string, ms: number): { readonly refused: string } | { readonly ms: number } {
    const { subjects, all } = this.#methods.get(method) ?? {};
    const hung = subjects?.get(subject) ?? all;
    if (hung === undefined) {
      return { ms };
    }
    const now = this.#clock.monotonic();
    // Both: of many that hang, one at a time is tried.
    if ([hung, all].some((one) => one !== undefined && now - one.triedAt < one.pauseMs)) {
      return { refused: hung.message };
    }
    for (const one of [hung, all]) {
      if (one !== undefined) {
        one.triedAt = now;
      }
    }
    return { ms: Math.min(ms, TRIAL_MS) };
  }

  /** The first message stays: those of trials name another time. */
  lose(method: string, subject: string, message: string): void {
    const known = this.#methods.get(method) ?? newMethod();
    this.#methods.set(method, known);
    const triedAt = this.#clock.monotonic();
    const before = known.subjects.get(subject);
    const longer = before === undefined || subject === '' ? RETRY_MS : Math.min(before.pauseMs * 2, MAX_RETRY_MS);
    known.subjects.set(subject, { message: before?.message ?? message, pauseMs: longer, triedAt });
    if (stillHung(known, triedAt) >= MANY) {
      known.all = { message: known.all?.message ?? before?.message ?? message, pauseMs: RETRY_MS, triedAt };
    }
  }

  regain(method: string, subject: string): void {
    const known = this.#methods.get(method);
    if (known !== undefined) {
      known.subjects.delete(subject);
      known.all = undefined;
      known.answeredAt = this.#clock.monotonic();
    }
  }
}

const newMethod = (): Method => ({
  subjects: new BoundedMap<string, Hung>(REMEMBERED),
  all: undefined,
  answeredAt: Number.NEGATIVE_INFINITY,
});

/** How many have hung since the method last answered anybody; forgets those that nobody asks for any more. */
function stillHung({ subjects, answeredAt }: Method, now: number): number {
  let count = 0;
  for (const [subject, { triedAt }] of subjects.entries()) {
    if (now - triedAt > GONE_MS) {
      subjects.delete(subject);
    } else if (triedAt > answeredAt) {
      count += 1;
    }
  }
  return count;
}
