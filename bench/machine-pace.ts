/**
 * How fast this machine is at the moment: virtual machines differ by a factor of two from one minute to the next (creates
 * of one commit: 1,551 and 3,039/s on 2026-11-28), so each round says what it ran on.
 */
import { seededRandom } from '../src/timing/random.ts';
import type { Sample } from './benchmark.ts';
import { pod } from './load/manifests.ts';

const WARM_UP_MS = 50;
const MEASURED_MS = 200;

/** Pods of 2.5 kB that one thread parses and writes again in so long, a second. */
function pace(text: string, ms: number): number {
  const started = performance.now();
  let rounds = 0;
  let passed = 0;
  while (passed < ms) {
    JSON.stringify(JSON.parse(text));
    rounds += 1;
    passed = performance.now() - started;
  }
  return (rounds / passed) * 1_000;
}

/** Holds the thread for a quarter of a second. */
export function machinePace(): Sample {
  const text = JSON.stringify(pod('pace', seededRandom(1)));
  pace(text, WARM_UP_MS);
  return { what: 'the machine before it: JSON', unit: 'pods/s', value: pace(text, MEASURED_MS), better: 'higher' };
}
