/** What containers hold on the engine's disk. It measures their layers by reading them all, which can take it long. */
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../timing/clock.ts';
import type { DiskUse } from '../runtime.ts';
import type { DockerHost } from './host.ts';
import { NODE } from './labels.ts';

/** No sooner is it asked again. Source: KubeletConfiguration, volumeStatsAggPeriod. */
const FRESH_MS = 60_000;
/** Who asks first waits for no more than that; later ones get what was measured last. */
const PATIENCE_MS = 3_000;
const DEADLINE_MS = 5 * 60_000;

interface Sized {
  readonly Id: string;
  readonly SizeRw?: number;
}

export class WritableLayers {
  readonly #host: Pick<DockerHost, 'docker' | 'call'>;
  readonly #clock: Clock;
  #bytes: ReadonlyMap<string, number> = new Map();
  #askedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(host: Pick<DockerHost, 'docker' | 'call'>, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** undefined: not measured yet. */
  async of(id: string): Promise<DiskUse | undefined> {
    const now = this.#clock.monotonic();
    if (this.#reading === undefined && now - this.#askedAt >= FRESH_MS) {
      this.#askedAt = now;
      // That an engine is away is told by every other call.
      this.#reading = this.#read()
        .catch(() => undefined)
        .finally(() => {
          this.#reading = undefined;
        });
    }
    if (!this.#bytes.has(id) && this.#reading !== undefined) {
      const enough = new AbortController();
      await Promise.race([this.#reading, this.#clock.sleep(PATIENCE_MS, enough.signal).catch(() => undefined)]);
      enough.abort();
    }
    const bytes = this.#bytes.get(id);
    return bytes === undefined ? undefined : { bytes };
  }

  async #read(): Promise<void> {
    const { docker, call } = this.#host;
    const listing = docker.listContainers({ size: true, filters: { label: [NODE] } });
    const found = (await call(listing, undefined, DEADLINE_MS)) as readonly Sized[];
    this.#bytes = new Map(found.map(({ Id, SizeRw = 0 }) => [Id, SizeRw]));
  }
}

/** The file and what was rotated of it; undefined: it is not to be seen from here. */
export async function logUse(path: string): Promise<DiskUse | undefined> {
  if (path === '') {
    return undefined;
  }
  const names = await readdir(dirname(path)).catch((): string[] => []);
  const own = names.filter((name) => name === basename(path) || name.startsWith(`${basename(path)}.`));
  const sizes = await Promise.all(
    own.map((name) =>
      lstat(join(dirname(path), name)).then(
        ({ blocks }) => blocks * 512,
        () => 0,
      ),
    ),
  );
  return own.length === 0 ? undefined : { bytes: sizes.reduce((sum, size) => sum + size, 0), inodes: own.length };
}
