/**
 * Logs that were never written: line k of an attempt is a function of its record, so any process can serve them, for
 * as long as the record is there. A first line at the start, one every `everyMs`, a last one at the exit.
 */

import type { SimulationProfile } from '../../resources/fleet/simulation-profile/types.ts';
import type { Clock } from '../../timing/clock.ts';
import type { ProfileSource } from '../profile-source.ts';
import { type LogOptions, RuntimeError } from '../runtime.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';
import { fillIn, type Written } from './profiles/fill-in.ts';
import { targetOf } from './profiles/match.ts';
import { profiledLogs } from './profiles/profiled-settings.ts';
import { settingsOf } from './settings.ts';

interface Line {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  /** What its placeholders are filled in with, when it is written: many long lines are not held at once. */
  readonly written?: Written;
}

const EVERY_MS = 10_000;
/** What log rotation leaves of a long life. */
const MAX_LINES = 100_000;
const CHUNK_BYTES = 16_384;
/** How often a follower looks whether the container was stopped. */
const LOOK_MS = 1_000;

/** The lines of one attempt with `from` ≤ time < `to`, at most the last `limit` of them; computed, never stored. */
function logLines(
  record: PodRecord,
  container: ContainerRecord,
  profiles: readonly SimulationProfile[],
  { from, to, limit }: { from: number; to: number; limit: number },
): Line[] {
  const { logs } = {
    ...profiledLogs(profiles, targetOf(record, container)),
    ...settingsOf(record.settings, container.name),
  };
  const everyMs = logs?.everyMs ?? EVERY_MS;
  const texts = logs?.lines ?? [`${container.name}: alive`];
  const { startsAt, endsAt, attempt, image, exitCode } = container;
  const until = Math.min(to, endsAt ?? to);
  const lines: Line[] = [];
  const beats = Math.max(0, Math.ceil((until - startsAt) / everyMs));
  const first = Math.max(1, Math.ceil((from - startsAt) / everyMs), beats - limit);
  if (startsAt >= from && startsAt < to) {
    lines.push({ at: startsAt, text: `${container.name}: started ${image} (attempt ${attempt})` });
  }
  for (let beat = first; beat < beats; beat += 1) {
    const at = startsAt + beat * everyMs;
    lines.push({ at, text: texts[(beat - 1) % texts.length] ?? '', written: { record, container, n: beat, at } });
  }
  if (endsAt !== undefined && endsAt >= from && endsAt < to) {
    lines.push({ at: endsAt, text: `${container.name}: exit code ${exitCode}` });
  }
  return limit === 0 ? [] : lines.slice(-limit);
}

function chooseAttempt(record: PodRecord | undefined, name: string, previous: boolean): ContainerRecord {
  const attempts = record?.containers.filter((container) => container.name === name) ?? [];
  const chosen = previous ? attempts.at(-2) : attempts.at(-1);
  if (chosen === undefined) {
    throw new RuntimeError('NotFound', `${previous ? 'previous terminated ' : ''}container "${name}" not found`);
  }
  return chosen;
}

function render({ at, text, written }: Line, timestamps: boolean): string {
  const filled = written === undefined ? text : fillIn(text, written);
  return timestamps ? `${new Date(at).toISOString().replace('Z', '000000Z')} ${filled}\n` : `${filled}\n`;
}

/** Lines to chunks of bytes, cut at `limitBytes`. */
class Output {
  #left: number;
  readonly #timestamps: boolean;

  constructor(options: LogOptions) {
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#timestamps = options.timestamps ?? false;
  }

  get full(): boolean {
    return this.#left <= 0;
  }

  *chunks(lines: readonly Line[]): Iterable<Uint8Array> {
    let text = '';
    for (const line of lines) {
      text += render(line, this.#timestamps);
      if (text.length >= CHUNK_BYTES) {
        yield* this.#cut(text);
        text = '';
      }
    }
    yield* this.#cut(text);
  }

  *#cut(text: string): Iterable<Uint8Array> {
    const bytes = Buffer.from(text).subarray(0, Math.min(this.#left, Number.MAX_SAFE_INTEGER));
    this.#left -= bytes.length;
    if (bytes.length > 0) {
      yield bytes;
    }
  }
}

interface LogSource {
  readonly read: () => Promise<PodRecord | undefined>;
  readonly profiles: ProfileSource;
  readonly clock: Clock;
}

/** Follows one attempt until its end, as the kubelet does; ends quietly when the signal aborts. */
export async function* streamLogs(
  { read, profiles, clock }: LogSource,
  name: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  let record = await read();
  let container = chooseAttempt(record, name, options.previous ?? false);
  const output = new Output(options);
  let from = options.sinceTime ?? 0;
  let limit = Math.min(options.tailLines ?? MAX_LINES, MAX_LINES);
  while (record !== undefined && !signal.aborted) {
    const now = clock.now() + 1;
    const inForce = profiles.isEmpty ? [] : await profiles.onNode(record.node);
    yield* output.chunks(logLines(record, container, inForce, { from, to: now, limit }));
    const over = container.endsAt !== undefined && container.endsAt < now;
    if (options.follow !== true || over || output.full || !(await waited(clock, signal))) {
      return;
    }
    from = Math.max(from, now);
    limit = MAX_LINES;
    record = await read();
    const { attempt } = container;
    container = record?.containers.find((c) => c.name === name && c.attempt === attempt) ?? { ...container, endsAt: 0 };
  }
}

async function waited(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(LOOK_MS, signal);
    return true;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  }
}
