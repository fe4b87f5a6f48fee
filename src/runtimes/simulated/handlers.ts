/**
 * Probes and hooks of simulated containers. A declared port answers, a command runs in the shell; what `probes` and
 * `hooks` of the simulation say comes first. Nothing is written, and an answer says how long it holds, so that a probe
 * whose result cannot change is not asked again.
 */
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { unlessAborted } from '../../timing/unless-aborted.ts';
import { refused, timedOut, unwell } from '../probing/probe-words.ts';
import { type HandlerCall, type HandlerResult, type Handlers, RuntimeError } from '../runtime.ts';
import { type Containers, runningAttempt } from './containers.ts';
import type { HookSettings, ProbeFault } from './handler-settings.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { listenerOf } from './ports.ts';
import { faultAt, type Verdict } from './probe-faults.ts';
import { readSettings, settingsOf } from './settings.ts';
import { runCommand } from './shell/run-command.ts';

interface HandlerOptions {
  readonly records: PodRecords;
  readonly containers: Containers;
  readonly seed: number;
  readonly clock: Clock;
}
interface Target {
  readonly call: HandlerCall;
  readonly record: PodRecord;
  readonly attempt: ContainerRecord;
}

const FOR_EVER = Number.POSITIVE_INFINITY;
/** How long a command's result holds whose files follow objects of the cluster: as long as a kubelet's sync takes. */
const FOLLOW_MS = 60_000;

export const simulatedHandlers = (options: HandlerOptions): Handlers => ({
  async run(call, signal) {
    const { records, clock } = options;
    const record = await records.read(call.podUid);
    const attempt = runningAttempt(record, call.container, clock.now());
    if (record === undefined || attempt === undefined) {
      throw new RuntimeError('NotFound', `container "${call.container}" is not running`);
    }
    const target = { call, record, attempt };
    const { probes, hooks } = settingsOf(readSettings(call.annotations, call.nodeAnnotations), call.container);
    return call.purpose === 'postStart' || call.purpose === 'preStop'
      ? runHook(options, target, hooks?.[call.purpose] ?? {}, signal)
      : runProbe(options, target, probes?.[call.purpose], signal);
  },
});

async function runProbe(
  options: HandlerOptions,
  target: Target,
  fault: ProbeFault | undefined,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const { action, timeoutMs, podUid, container, purpose } = target.call;
  const draw = `${options.seed}/${podUid}/${container}/${purpose}`;
  const verdict: Verdict =
    fault === undefined
      ? { fails: false, holdsUntil: FOR_EVER }
      : faultAt(fault, target.attempt, options.clock.now(), draw);
  const { readyAt = 0 } = target.attempt;
  if (purpose === 'readiness' && options.clock.now() < readyAt) {
    return { success: false, output: unwell(action, timeoutMs), holdsUntil: readyAt };
  }
  if (verdict.fails) {
    const words = fault?.timesOut === true ? timedOut(action, timeoutMs) : unwell(action, timeoutMs);
    return { success: false, output: fault?.output ?? words, ...held(verdict.holdsUntil) };
  }
  const { holdsUntil, ...result } = await act(options, target, signal);
  return holdsUntil === undefined || verdict.holdsUntil === undefined
    ? result
    : { ...result, holdsUntil: Math.min(holdsUntil, verdict.holdsUntil) };
}

const held = (holdsUntil: number | undefined): { holdsUntil?: number } =>
  holdsUntil === undefined ? {} : { holdsUntil };

async function runHook(
  options: HandlerOptions,
  target: Target,
  { takesMs = 0, fails = false }: HookSettings,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const { action, timeoutMs } = target.call;
  if (takesMs > 0) {
    await options.clock.sleep(Math.min(takesMs, timeoutMs), signal);
  }
  if (takesMs > timeoutMs) {
    return { success: false, output: timedOut(action, timeoutMs) };
  }
  return fails ? { success: false, output: unwell(action, timeoutMs) } : act(options, target, signal);
}

async function act(options: HandlerOptions, target: Target, signal: AbortSignal): Promise<HandlerResult> {
  const { record, call } = target;
  const { action, timeoutMs } = call;
  if (action.kind === 'exec') {
    return execute(options, target, action.command, signal);
  }
  const listener = listenerOf(record, action.port, options.clock.now());
  if (listener === undefined) {
    return { success: false, output: refused(action, timeoutMs) };
  }
  // Another container of the pod may end before this one does.
  return { success: true, output: '', ...(listener.name === call.container ? { holdsUntil: FOR_EVER } : {}) };
}

async function execute(
  { containers, clock }: HandlerOptions,
  { call, record, attempt }: Target,
  command: readonly string[],
  signal: AbortSignal,
): Promise<HandlerResult> {
  const over = new AbortController();
  const late = new AbortController();
  const linked = new LinkedController(signal, late.signal);
  const timer = clock.sleep(call.timeoutMs, over.signal).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    const life = linked.signal;
    const { result, kept, follows } = await containers.use(call.podUid, record, attempt, (machine) =>
      unlessAborted(runCommand(command, machine, life), life),
    );
    const { code, output } = result;
    return {
      success: code === 0,
      output,
      ...(code === 0 ? {} : { exitCode: code }),
      ...held(kept ? undefined : follows ? clock.now() + FOLLOW_MS : FOR_EVER),
    };
  } catch (error) {
    if (late.signal.aborted && !signal.aborted) {
      return { success: false, output: timedOut(call.action, call.timeoutMs) };
    }
    throw error;
  } finally {
    linked.release();
    over.abort();
    await timer;
  }
}
