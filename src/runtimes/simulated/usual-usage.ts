/**
 * What a simulated container uses of which no profile says it: a share of what it asks for that drifts slowly, the same for whoever asks at the
 * same time. Seeded by pod and container; nothing is kept.
 */
import { hashString } from '../../timing/random.ts';
import type { StatsQuery, Usage } from '../runtime.ts';

/** Of a container that asks for nothing: milli-CPU and bytes. */
const IDLE = { cpu: 5, memory: 16 * 1024 * 1024 };
const SHARE = { least: 0.2, spread: 0.5 };
/** How far a share drifts, and how long that takes. */
const DRIFT = 0.15;
const PERIOD_MS = 600_000;
const HASH_SIZE = 2 ** 32;

/** In [0, 1). */
const draw = (seed: number, ...parts: readonly string[]): number =>
  (hashString(`${seed}/${parts.join('/')}`) >>> 0) / HASH_SIZE;

function share(seed: number, at: number, ...parts: readonly string[]): number {
  const phase = draw(seed, ...parts, 'phase');
  const drift = DRIFT * Math.sin(2 * Math.PI * (at / PERIOD_MS + phase));
  return SHARE.least + SHARE.spread * draw(seed, ...parts) + drift;
}

/** The share's integral over time, in seconds: of a drift that is a sine it is known without adding up. */
function shareSeconds(seed: number, from: number, to: number, ...parts: readonly string[]): number {
  const phase = draw(seed, ...parts, 'phase');
  const angle = (at: number): number => 2 * Math.PI * (at / PERIOD_MS + phase);
  const steady = (SHARE.least + SHARE.spread * draw(seed, ...parts)) * (to - from);
  const drifted = ((DRIFT * PERIOD_MS) / (2 * Math.PI)) * (Math.cos(angle(from)) - Math.cos(angle(to)));
  return (steady + drifted) / 1_000;
}

export const usualUsage = (seed: number) => ({
  /** Answers at once: nobody has to be asked. */
  usage(
    { podUid, container, cpuRequest = IDLE.cpu, memoryRequest = IDLE.memory, startedAt }: StatsQuery,
    at: number,
  ): Usage {
    const cpu = [podUid, container, 'cpu'] as const;
    return {
      cpu: Math.max(1, Math.round(cpuRequest * share(seed, at, ...cpu))),
      memory: Math.round(memoryRequest * share(seed, at, podUid, container, 'memory')),
      ...(startedAt === undefined
        ? {}
        : { cpuSeconds: (cpuRequest / 1_000) * shareSeconds(seed, startedAt, Math.max(startedAt, at), ...cpu) }),
    };
  },
});
