/** One run of one probe, with the events it is worth. Source: kubelet/prober/prober.go, probe. */
import type { HandlerResult } from '../../runtimes/runtime.ts';
import { callHandler } from '../call-handler.ts';
import type { KubeletContext } from '../context.ts';
import { faultOf } from '../faults/faults.ts';
import type { ProbeResult } from '../pages/probe-counts.ts';
import type { Container, Probe } from '../pod.ts';
import type { PodWork } from '../pod-work.ts';
import { type Answer, type ProbeState, type ProbeType, probeTimeoutMs, type Step } from './probe-state.ts';

export interface ProbeTarget {
  readonly work: PodWork;
  readonly container: Container;
  readonly attempt: number;
  readonly type: ProbeType;
  readonly probe: Probe;
  readonly podIP: string;
  readonly dueAt: number;
}

const WORDS: Readonly<Record<ProbeType, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };
/** After a probe that is still under way: it has the pod looked at itself, unless its worker dies. */
const LATE_MS = 5_000;

/** A probe that a fault lets fail is not run at all. */
function failureByFault({ work, container, type, probe }: ProbeTarget): HandlerResult | undefined {
  const fault = faultOf(work.faults, 'ProbeFailure', container, 'main');
  if (fault === undefined || fault.spec.probe?.types?.includes(WORDS[type]) === false) {
    return undefined;
  }
  const usual = probe.httpGet === undefined ? 'the program does not answer' : 'HTTP probe failed with statuscode: 500';
  return { success: false, output: fault.spec.probe?.message ?? usual };
}

/** `step` turns an answer into what is next; a probe that could not be run leaves `before` as it is. */
export async function runProbe(
  context: KubeletContext,
  target: ProbeTarget,
  step: (answer: Answer) => Step,
  before: ProbeState | undefined,
): Promise<Step> {
  const { work, container, attempt, type, probe, dueAt } = target;
  const now = context.clock.now();
  const timeoutMs = probeTimeoutMs(probe);
  const call = { ...target, handler: probe, purpose: type, timeoutMs, serial: dueAt };
  const outcome = failureByFault(target) ?? (await callHandler(context, call));
  if (outcome === undefined) {
    return { verdict: undefined, state: before, nextAt: now + timeoutMs + LATE_MS };
  }
  const count = (result: ProbeResult): void => context.probes.add(work.pod.metadata.uid, container.name, type, result);
  if ('problem' in outcome) {
    count('unknown');
    const message = `${WORDS[type]} probe errored and resulted in unknown state: ${outcome.problem}`;
    work.emit('Warning', 'Unhealthy', message, container.name);
    const state = { attempt, success: true, run: 0, ...before, at: now };
    return { verdict: undefined, state, nextAt: now + (probe.periodSeconds ?? 10) * 1_000 };
  }
  const { success, output, isWarning, holdsUntil = 0 } = outcome;
  count(success ? 'successful' : 'failed');
  if (!success) {
    work.emit('Warning', 'Unhealthy', `${WORDS[type]} probe failed: ${output}`, container.name);
  } else if (isWarning === true) {
    work.emit('Warning', 'ProbeWarning', `${WORDS[type]} probe warning: ${output}`, container.name);
  }
  return step({ type, attempt, success, dueAt, now, holdsUntil });
}
