/**
 * What a simulated container uses: a share of what it asks for that drifts slowly, the same for whoever asks at the
 * same time. Seeded by pod and container; nothing is kept.
 */
import { hashString } from '../../timing/random.ts';
import type { Stats, StatsQuery, Usage } from '../runtime.ts';

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

export const simulatedStats = (seed: number): Stats => ({
  usage: ({ podUid, container, cpuRequest = IDLE.cpu, memoryRequest = IDLE.memory }: StatsQuery, at): Usage => ({
    cpu: Math.max(1, Math.round(cpuRequest * share(seed, at, podUid, container, 'cpu'))),
    memory: Math.round(memoryRequest * share(seed, at, podUid, container, 'memory')),
  }),
});
