/**
 * The way of a container to its TERM: its preStop hook, then its turn, both within the grace period, which began when
 * the stop did. Level-triggered: what has been done is in the pod's note, so a pass of any worker goes on from there.
 * Source: kuberuntime_container.go killContainer, kuberuntime_termination_order.go.
 */
import { type ContainerView, isAlive, isRunning } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import { runPreStop } from '../hooks/pre-stop.ts';
import type { PodWork } from '../pod-work.ts';
import { LEAST_GRACE_MS } from './grace.ts';

/** Of a container that is being stopped. */
export interface StopNote {
  readonly attempt: number;
  /** When the stop began, in milliseconds since the epoch. */
  readonly since: number;
  /** The preStop hook is over. */
  readonly hookDone?: true;
}
export type StopNotes = Readonly<Record<string, StopNote>>;

export interface StopOrder {
  readonly view: ContainerView;
  /** For the event. */
  readonly message: string;
  /** When the grace period began; undefined: with the stop. */
  readonly since: number | undefined;
  readonly graceMs: number;
  /** Those that have to end before it gets its TERM. */
  readonly after: readonly ContainerView[];
}
export interface ReadyStop {
  readonly container: string;
  /** From TERM to KILL. */
  readonly withinMs: number;
}
export interface StopPlan {
  readonly ready: readonly ReadyStop[];
  readonly stops: StopNotes;
  /** Some are not ready: when to look again at the latest. */
  readonly nextAt: number;
}

export async function planStops(
  context: KubeletContext,
  work: PodWork,
  orders: readonly StopOrder[],
): Promise<StopPlan> {
  const plans = await Promise.all(orders.map((order) => planStop(context, work, order)));
  return {
    ready: plans.flatMap(({ ready }) => ready ?? []),
    stops: Object.fromEntries(plans.map(({ note }, i) => [orders[i]?.view.container.name, note])),
    nextAt: Math.min(...plans.map(({ nextAt }) => nextAt)),
  };
}

interface OnePlan {
  readonly note: StopNote;
  readonly ready?: ReadyStop;
  readonly nextAt: number;
}

async function planStop(context: KubeletContext, work: PodWork, order: StopOrder): Promise<OnePlan> {
  const { view, message, graceMs, after } = order;
  const { name } = view.container;
  const attempt = view.latest?.attempt ?? 0;
  const now = context.clock.now();
  const known = work.note.stops?.[name];
  const before = known?.attempt === attempt ? known : undefined;
  if (before === undefined && isRunning(view)) {
    work.emit('Normal', 'Killing', message, name);
  }
  // A clock that was set back does not lengthen the grace period.
  const since = Math.min(now, before?.since ?? now);
  const deadline = Math.min(now, order.since ?? since) + graceMs;
  const note: StopNote = { attempt, since };
  const hookAt = before?.hookDone === true ? undefined : await runPreStop(context, work, view, { since, deadline });
  if (hookAt !== undefined) {
    return { note, nextAt: hookAt };
  }
  const done: StopNote = { ...note, hookDone: true };
  if (now < deadline && after.some(isAlive)) {
    return { note: done, nextAt: deadline };
  }
  const withinMs = graceMs === 0 ? 0 : Math.max(deadline - now, LEAST_GRACE_MS);
  return { note: done, ready: { container: name, withinMs }, nextAt: Number.POSITIVE_INFINITY };
}
