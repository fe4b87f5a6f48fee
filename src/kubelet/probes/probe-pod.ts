/**
 * Runs the probes of a pod that are due and says what they come to. Startup gates the others; a pod that ends is only
 * asked whether it is ready. Level-triggered: what is decided is in the status and in the pod's note.
 * Source: kubelet/prober.
 */
import type { RuntimePod } from '../../runtimes/runtime.ts';
import { type ContainerView, isRunning, viewContainers } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import type { Probe } from '../pod.ts';
import type { PodWork } from '../pod-work.ts';
import { type Health, healthBefore } from './container-health.ts';
import { type ProbeState, type ProbeType, probeDueAt, type Step, stepProbe } from './probe-state.ts';
import { runProbe } from './run-probe.ts';

export interface PodHealth {
  /** By container. */
  readonly health: ReadonlyMap<string, Health>;
  readonly probes: Readonly<Record<string, ProbeState>>;
  /** Milliseconds since the epoch; Infinity: no probe is due by itself. */
  readonly nextAt: number;
}

/** With what the runtime says now. A pod without probes costs nothing. */
export function probeNow(
  context: KubeletContext,
  work: PodWork,
  runtimePod: RuntimePod | undefined,
  ending: boolean,
): Promise<PodHealth> {
  const views = viewContainers(work.pod, runtimePod, context.clock.now());
  return probePod(context, { work, views, ending, podIP: runtimePod?.podIPs?.[0] ?? work.hostIP });
}

interface ProbeRound {
  readonly work: PodWork;
  readonly views: readonly ContainerView[];
  readonly podIP: string;
  /** It is being stopped. */
  readonly ending: boolean;
}

interface Collected {
  readonly health: Map<string, Health>;
  readonly probes: Record<string, ProbeState>;
  nextAt: number;
}

async function probePod(context: KubeletContext, round: ProbeRound): Promise<PodHealth> {
  const collected: Collected = { health: new Map(), probes: {}, nextAt: Number.POSITIVE_INFINITY };
  const probed = new Set(['main', 'sidecar']);
  const running = round.views.filter((view) => probed.has(view.kind) && isRunning(view));
  await Promise.all(
    running.map(async (view) => {
      collected.health.set(view.container.name, await probeContainer(context, round, view, collected));
    }),
  );
  return collected;
}

async function probeContainer(
  context: KubeletContext,
  round: ProbeRound,
  view: ContainerView,
  collected: Collected,
): Promise<Health> {
  const { startupProbe, livenessProbe, readinessProbe } = view.container;
  let { started, ready } = healthBefore(view);
  const ask = (type: ProbeType, probe: Probe | undefined) =>
    probeOnce(context, round, view, { type, probe }, collected);
  if (!started) {
    const verdict = round.ending ? undefined : await ask('startup', startupProbe);
    if (verdict !== 'success') {
      return { started, ready: false, ...(verdict === 'failure' ? { failed: 'startup' } : {}) };
    }
    started = true;
    ready = readinessProbe === undefined;
  }
  const [liveness, readiness] = await Promise.all([
    round.ending ? undefined : ask('liveness', livenessProbe),
    ask('readiness', readinessProbe),
  ]);
  return {
    started,
    ready: readiness === undefined ? ready : readiness === 'success',
    ...(liveness === 'failure' ? { failed: 'liveness' } : {}),
  };
}

interface Asked {
  readonly type: ProbeType;
  readonly probe: Probe | undefined;
}

async function probeOnce(
  context: KubeletContext,
  { work, podIP }: ProbeRound,
  { container, latest }: ContainerView,
  { type, probe }: Asked,
  collected: Collected,
): Promise<Step['verdict']> {
  if (probe === undefined || latest?.state.phase !== 'running') {
    return undefined;
  }
  const key = `${container.name}/${type}`;
  const known = work.note.probes?.[key];
  const before = known?.attempt === latest.attempt ? known : undefined;
  if (before?.held === true) {
    collected.probes[key] = before;
    return 'failure';
  }
  const now = context.clock.now();
  const dueAt = probeDueAt(probe, before, latest.state.startedAt, now);
  const target = { work, container, attempt: latest.attempt, type, probe, podIP, dueAt };
  const { verdict, state, nextAt } =
    now < dueAt
      ? { verdict: undefined, state: before, nextAt: dueAt }
      : await runProbe(context, target, (answer) => stepProbe(probe, before, answer), before);
  if (state !== undefined) {
    collected.probes[key] = state;
  }
  collected.nextAt = Math.min(collected.nextAt, nextAt);
  return verdict;
}
