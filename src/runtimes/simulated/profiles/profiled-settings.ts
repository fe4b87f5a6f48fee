/** What SimulationProfiles say of one attempt of a container, drawn, in the annotation's terms. Pure. */
import type { SimulatedDuration, SimulationProfile } from '../../../resources/fleet/simulation-profile/types.ts';
import type { ContainerSpec } from '../../runtime.ts';
import type { SimulationSettings } from '../settings.ts';
import { drawDuration, drawExitCode, generatorOf, milliseconds } from './draw.ts';
import { type Said, said, type Target } from './match.ts';

export interface Attempt {
  readonly target: Target;
  readonly uid: string;
  readonly attempt: number;
  /** Of the fleet, for profiles that have none. */
  readonly seed: number;
}

/** Each thing has draws of its own: what one profile says does not change what another draws. */
const randomFor = ({ target, uid, attempt, seed }: Attempt, what: string, of: Said<unknown> | undefined) =>
  generatorOf(of?.seed ?? seed, uid, target.container ?? '', attempt, what);

const drawn = (one: Attempt, what: string, of: Said<unknown> | undefined, from: SimulatedDuration | undefined) =>
  from === undefined ? undefined : drawDuration(from, randomFor(one, what, of));

const defined = (settings: Readonly<Record<string, number | undefined>>): SimulationSettings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** A sidecar runs until it is stopped, and who looks into a pod does not live its containers' life. */
export function profiledLife(
  profiles: readonly SimulationProfile[],
  one: Attempt,
  kind: ContainerSpec['kind'],
): SimulationSettings {
  if (profiles.length === 0 || kind === 'ephemeral') {
    return {};
  }
  const start = said(profiles, one.target, 'start');
  const delay = said(profiles, one.target, 'readinessDelay');
  const run = kind === 'sidecar' ? undefined : said(profiles, one.target, kind === 'init' ? 'init' : 'run');
  const codes = run?.value.exitCodes;
  return defined({
    startMs: drawn(one, 'start', start, start?.value),
    readyMs: kind === 'init' ? undefined : drawn(one, 'ready', delay, delay?.value),
    runMs: drawn(one, 'run', run, run?.value.duration),
    exitCode: codes === undefined ? undefined : drawExitCode(codes, randomFor(one, 'exit', run)),
  });
}

export function profiledStop(profiles: readonly SimulationProfile[], one: Attempt): SimulationSettings {
  const stop = said(profiles, one.target, 'stop');
  return stop === undefined
    ? {}
    : defined({ stopMs: drawn(one, 'stop', stop, stop.value.duration), stopExitCode: stop.value.exitCode });
}

const PULL_FAILURE = 'connection reset by peer';

/** `tries`: how often the image's pull has failed on the node. */
export function profiledPull(
  profiles: readonly SimulationProfile[],
  target: Target,
  { node, tries, seed }: { readonly node: string; readonly tries: number; readonly seed: number },
): SimulationSettings {
  const pull = said(profiles, target, 'pull');
  if (pull === undefined) {
    return {};
  }
  const { duration, failureRate = 0, failureMessage = PULL_FAILURE } = pull.value;
  const random = generatorOf(pull.seed ?? seed, node, target.image, 'pull', tries);
  const fails = random.next() < failureRate;
  return {
    ...(duration === undefined ? {} : { pullMs: drawDuration(duration, random) }),
    ...(fails ? { pullError: `${target.image}: ${failureMessage}` } : {}),
  };
}

const EVERY_MS = 10_000;

export function profiledLogs(profiles: readonly SimulationProfile[], target: Target): SimulationSettings {
  const logs = said(profiles, target, 'logs');
  if (logs === undefined) {
    return {};
  }
  const { interval, lines } = logs.value;
  return { logs: { everyMs: interval === undefined ? EVERY_MS : milliseconds(interval), lines } };
}
