/**
 * The postStart hooks of containers that have just come up. Until its hook is over a container is not reported as
 * running; the status that does so is what says that the hook was run, so no crash runs it again after that.
 * Source: kuberuntime_container.go startContainer, lifecycle/handlers.go.
 */
import type { HandlerResult, RuntimeContainer, RuntimePod } from '../../runtimes/runtime.ts';
import { callHandler } from '../call-handler.ts';
import { type ContainerView, isOver, isRunning, viewContainers } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import { type Handler, podLabel } from '../pod.ts';
import type { PodWork } from '../pod-work.ts';
import type { Health } from '../probes/container-health.ts';

/** Of a container with a postStart hook that was run and is not reported yet. */
export interface HookNote {
  readonly attempt: number;
  /** Why it failed; undefined: it succeeded. */
  readonly failure?: string;
}
export type HookNotes = Readonly<Record<string, HookNote>>;

export interface Started {
  /** Containers whose hook is not over, or has failed, show as created. */
  readonly runtimePod: RuntimePod | undefined;
  /** Their names. */
  readonly held: ReadonlySet<string>;
  readonly hooks: HookNotes;
  readonly nextAt: number;
}

/** The kubelet sets no limit; a deletion of the pod does not wait for the hook. */
const LIMIT_MS = 86_400_000;
/** A hook has its pod looked at when it is over, unless its worker dies. */
const LOOK_AGAIN_MS = 10_000;

export async function runPostStarts(context: KubeletContext, work: PodWork): Promise<Started> {
  const { runtimePod } = work;
  const now = context.clock.now();
  const views = viewContainers(work.pod, runtimePod, now).filter(({ container }) => container.lifecycle?.postStart);
  const hooks: Record<string, HookNote> = {};
  const held = new Set<string>();
  let nextAt = Number.POSITIVE_INFINITY;
  for (const view of views) {
    const { container, latest } = view;
    const before = work.note.hooks?.[container.name];
    const known = before?.attempt === latest?.attempt ? before : undefined;
    const isNew = isRunning(view) && !isReported(view);
    const note = isNew ? (known ?? (await runPostStart(context, work, view))) : isOver(view) && known;
    if (typeof note === 'object') {
      hooks[container.name] = note;
    } else if (typeof note === 'number') {
      nextAt = Math.min(nextAt, note);
    }
    if (isNew && (typeof note !== 'object' || note.failure !== undefined)) {
      held.add(container.name);
    }
  }
  return { runtimePod: holdBack(runtimePod, held), held, hooks, nextAt };
}

const isReported = ({ latest, reported }: ContainerView): boolean =>
  latest !== undefined &&
  reported?.state.running !== undefined &&
  reported.containerID?.endsWith(`://${latest.id}`) === true;

/** What is to be done about those whose hook has failed. */
export const failedHooks = ({ hooks, held }: Started): [string, Health][] =>
  Object.entries(hooks).flatMap(([name, { failure }]) =>
    held.has(name) && failure !== undefined ? [[name, { started: false, ready: false, failed: 'postStart' }]] : [],
  );

export function holdBack(runtimePod: RuntimePod | undefined, held: ReadonlySet<string>): RuntimePod | undefined {
  if (runtimePod === undefined || held.size === 0) {
    return runtimePod;
  }
  const hide = (container: RuntimeContainer): RuntimeContainer =>
    held.has(container.name) && container.state.phase === 'running'
      ? { ...container, state: { phase: 'created' } }
      : container;
  return { ...runtimePod, containers: runtimePod.containers.map(hide) };
}

/** A number: when to look again, as it still runs. */
async function runPostStart(
  context: KubeletContext,
  work: PodWork,
  { container, latest }: ContainerView,
): Promise<HookNote | number> {
  const now = context.clock.now();
  const attempt = latest?.attempt ?? 0;
  const handler = container.lifecycle?.postStart ?? {};
  const startedAt = latest?.state.phase === 'running' ? latest.state.startedAt : now;
  if (handler.sleep !== undefined) {
    const until = startedAt + handler.sleep.seconds * 1_000;
    return now < until ? until : { attempt };
  }
  const podIP = work.runtimePod?.podIPs?.[0] ?? work.hostIP;
  const target = { work, container, attempt, podIP, handler, timeoutMs: LIMIT_MS, serial: startedAt };
  const outcome = await callHandler(context, { ...target, purpose: 'postStart' });
  if (outcome === undefined) {
    return now + LOOK_AGAIN_MS;
  }
  if (!('problem' in outcome) && outcome.success) {
    return { attempt };
  }
  work.emit('Warning', 'FailedPostStartHook', 'PostStartHook failed', container.name);
  return { attempt, failure: failureOf(handler, container.name, podLabel(work.pod), outcome) };
}

function failureOf(
  handler: Handler,
  container: string,
  pod: string,
  outcome: HandlerResult | { readonly problem: string },
): string {
  const where = `for Container "${container}" in Pod "${pod}" failed - error:`;
  const { exec, httpGet } = handler;
  if (exec !== undefined) {
    const command = exec.command ?? [];
    const output = 'problem' in outcome ? '' : outcome.output;
    const exited =
      'problem' in outcome ? '' : `command '${command.join(' ')}' exited with ${outcome.exitCode ?? 1}: ${output}`;
    const error = 'problem' in outcome ? outcome.problem : exited;
    return `Exec lifecycle hook ([${command.join(' ')}]) ${where} ${error}, message: ${JSON.stringify(output)}`;
  }
  const error = 'problem' in outcome ? outcome.problem : outcome.output;
  return httpGet === undefined
    ? `Cannot run handler: ${error}`
    : `HTTP lifecycle hook (${httpGet.path ?? ''}) ${where} ${error}`;
}
