/**
 * When a probe runs and what its results come to, from one run to the next. Pure: the state is in the pod's due row.
 * Source: kubelet/prober/worker.go, doProbe.
 */
import type { Probe } from '../pod.ts';

export type ProbeType = 'startup' | 'liveness' | 'readiness';

/** Of one container's probe. */
export interface ProbeState {
  /** Of the container; another one begins anew. */
  readonly attempt: number;
  readonly success: boolean;
  /** So many results in a row were the same. */
  readonly run: number;
  /** When it last ran, in milliseconds since the epoch. */
  readonly at: number;
  /** It has decided: the container is to be killed, and is not probed again. */
  readonly held?: true;
}

/** With a startup, liveness or readiness probe of these, whose defaults are in the object. */
const timesOf = ({ initialDelaySeconds = 0, periodSeconds = 10, timeoutSeconds = 1 }: Probe) => ({
  delayMs: initialDelaySeconds * 1_000,
  periodMs: periodSeconds * 1_000,
  timeoutMs: timeoutSeconds * 1_000,
});

export const probeTimeoutMs = (probe: Probe): number => timesOf(probe).timeoutMs;

/** Never later than a period or the delay from now, whatever the clock did. */
export function probeDueAt(probe: Probe, state: ProbeState | undefined, startedAt: number, now: number): number {
  const { delayMs, periodMs } = timesOf(probe);
  return state === undefined ? Math.min(startedAt, now) + delayMs : Math.min(state.at, now) + periodMs;
}

export interface Step {
  /** What the result comes to, once it has come often enough in a row. */
  readonly verdict: 'success' | 'failure' | undefined;
  /** undefined: nothing is to be remembered. */
  readonly state: ProbeState | undefined;
  /** When to probe again; Infinity: never, unless something changes. */
  readonly nextAt: number;
}

export interface Answer {
  readonly type: ProbeType;
  readonly attempt: number;
  readonly success: boolean;
  /** When the probe was due. */
  readonly dueAt: number;
  readonly now: number;
  /** As in HandlerResult. */
  readonly holdsUntil: number;
}

/** Failures in a row after which one whose result cannot change is told of more rarely: the events' burst in client-go. */
const MANY_FAILURES = 25;
const RARELY_MS = 300_000;

export function stepProbe(probe: Probe, before: ProbeState | undefined, answer: Answer): Step {
  const { type, attempt, success, dueAt, now } = answer;
  const { periodMs } = timesOf(probe);
  const run = before?.success === success ? before.run + 1 : 1;
  const { successThreshold = 1, failureThreshold = 3 } = probe;
  const verdict = run < (success ? successThreshold : failureThreshold) ? undefined : success ? 'success' : 'failure';
  // The ticks keep their rhythm unless the probe is late by a whole period.
  const tick = now - dueAt < periodMs ? dueAt : now;
  if (type === 'startup' && verdict === 'success') {
    return { verdict, state: undefined, nextAt: Number.POSITIVE_INFINITY };
  }
  if (type !== 'readiness' && verdict === 'failure') {
    return { verdict, state: { attempt, success, run, at: tick, held: true }, nextAt: Number.POSITIVE_INFINITY };
  }
  const at = tick + skippedMs(answer, verdict, run, tick, periodMs);
  return at === Number.POSITIVE_INFINITY
    ? { verdict, state: undefined, nextAt: at }
    : { verdict, state: { attempt, success, run, at }, nextAt: at + periodMs };
}

/** Whole periods that need no probe, because its result is known and decides nothing more. */
function skippedMs(
  { holdsUntil, success }: Answer,
  verdict: Step['verdict'],
  run: number,
  tick: number,
  periodMs: number,
): number {
  if (verdict === undefined) {
    return 0;
  }
  const until = success ? holdsUntil : run < MANY_FAILURES ? tick : Math.min(holdsUntil, tick + RARELY_MS);
  return until === Number.POSITIVE_INFINITY ? until : Math.max(0, Math.ceil((until - tick) / periodMs) - 1) * periodMs;
}
