/**
 * A container's whole life, decided when it starts: one seeded draw per (seed, uid, container, attempt), so that one
 * saved record says everything that will happen and any worker derives the same state from it and the clock.
 */
import { hashString, type Random, seededRandom } from '../../timing/random.ts';
import type { ContainerSpec } from '../runtime.ts';
import { commandLife } from './command-life.ts';
import type { SimulationSettings } from './settings.ts';

/** Milliseconds: until running, and from then on until the exit; `runMs` undefined: for ever. */
export interface Life {
  readonly startMs: number;
  readonly runMs: number | undefined;
  /** From running on; 0: ready at once. */
  readonly readyMs: number;
  readonly exitCode: number;
}

/** What stands where no setting says otherwise. */
export interface UsualLife {
  readonly run: Spread | undefined;
  readonly exitCode: number;
}

interface Spread {
  readonly mean: number;
  readonly share: number;
}
const PULL: Spread = { mean: 500, share: 0.6 };
const START: Spread = { mean: 100, share: 0.5 };
const AT_ONCE: Spread = { mean: 0, share: 0 };
const INIT_RUN: Spread = { mean: 100, share: 0.5 };
/** A job is there to end. KWOK completes its pods after 1 to 6 s. */
const JOB_RUN: Spread = { mean: 4_000, share: 0.5 };
const STOP: Spread = { mean: 60, share: 0.66 };
/** How long a run lasts that fails, when nothing says how long runs last. */
const FAILING_RUN: Spread = { mean: 1_000, share: 0.5 };

interface UsualOptions {
  readonly container: Pick<ContainerSpec, 'kind' | 'command' | 'args' | 'stdin'>;
  /** The pod's containers are not always started anew. */
  readonly isBatch: boolean;
  readonly isJob: boolean;
}

/** Servers run for ever, whatever their command: an image's entry point may do anything with it. */
export function usualLife({ container, isBatch, isJob }: UsualOptions): UsualLife {
  if (container.kind === 'init') {
    return { run: INIT_RUN, exitCode: 0 };
  }
  // With stdin the shell runs the command, as its input comes.
  const isTold = isBatch && container.kind === 'main' && container.stdin !== true;
  const said = isTold ? commandLife([...container.command, ...container.args]) : undefined;
  if (said !== undefined) {
    const { runMs, exitCode } = said;
    return { run: runMs === undefined ? undefined : { mean: runMs, share: 0 }, exitCode };
  }
  return { run: isJob && container.kind === 'main' ? JOB_RUN : undefined, exitCode: 0 };
}

const generator = (seed: number, ...parts: readonly (string | number)[]): Random =>
  seededRandom(hashString(`${seed}/${parts.join('/')}`));

function draw(given: number | undefined, usual: Spread, jitter: number | undefined, random: Random): number {
  const share = jitter ?? (given === undefined ? usual.share : 0);
  return Math.round((given ?? usual.mean) * (1 + share * (2 * random.next() - 1)));
}

export function drawLife(
  seed: number,
  uid: string,
  container: string,
  attempt: number,
  settings: SimulationSettings,
  usual: UsualLife,
): Life {
  const random = generator(seed, uid, container, attempt);
  const startMs = draw(settings.startMs, START, settings.jitter, random);
  const fails = random.next() < (settings.failureRate ?? 0);
  const exitCode = fails
    ? settings.exitCode || 1
    : settings.failureRate === undefined
      ? (settings.exitCode ?? usual.exitCode)
      : 0;
  const run = fails ? FAILING_RUN : usual.run;
  const ends = settings.runMs !== undefined || run !== undefined;
  const runMs = ends ? draw(settings.runMs, run ?? FAILING_RUN, settings.jitter, random) : undefined;
  const readyMs = draw(settings.readyMs, AT_ONCE, settings.jitter, random);
  return { startMs, runMs, readyMs, exitCode };
}

/** How long the container takes to end after TERM. */
export const drawStopMs = (
  seed: number,
  uid: string,
  container: string,
  attempt: number,
  settings: SimulationSettings,
): number => draw(settings.stopMs, STOP, settings.jitter, generator(seed, uid, container, attempt, 'stop'));

/** How long the image's first use on the node takes. */
export const drawPullMs = (seed: number, node: string, image: string, settings: SimulationSettings): number =>
  draw(settings.pullMs, PULL, settings.jitter, generator(seed, node, image, 'pull'));
