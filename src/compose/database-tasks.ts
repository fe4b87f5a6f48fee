/** What a command does to the database itself, without the rest of Flotilla. */
import { randomUUID } from 'node:crypto';
import { runStep } from '../bootstrap/step.ts';
import type { ComposeOptions } from '../compose.ts';
import { bumpRevision } from '../storage/bump-revision.ts';
import { refuseNewHome } from '../storage/embedded/home-folder.ts';
import { startEmbeddedPostgres } from '../storage/embedded/start-embedded-postgres.ts';
import type { MigrateOptions } from '../storage/migrate.ts';
import { readSnapshot } from '../storage/snapshot/read-snapshot.ts';
import { restoreSnapshot } from '../storage/snapshot/restore-snapshot.ts';
import { saveSnapshot } from '../storage/snapshot/save-snapshot.ts';
import { systemClock } from '../timing/clock.ts';
import { hashString, seededRandom } from '../timing/random.ts';

export interface DatabaseTask extends Omit<ComposeOptions, 'signal'> {
  /** Abandons the task, which then rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** For `flotilla bump-revision`: on DATABASE_URL, or on the embedded server, started for as long as it takes. */
export const bumpRevisionOf = (task: DatabaseTask, by: number): Promise<number> =>
  withDatabase(task, 'present', (url, options) => bumpRevision(url, by, options));

/** `write` is given the lines of a snapshot and resolves when they are where they belong. */
export const saveSnapshotOf = (
  task: DatabaseTask,
  write: (lines: AsyncIterable<string>) => Promise<void>,
): Promise<void> => withDatabase(task, 'present', (url, options) => write(saveSnapshot(url, options)));

/** The first line is looked at before a server is started. */
export async function restoreSnapshotOf(task: DatabaseTask, lines: AsyncIterator<string>, by: number): Promise<number> {
  const saved = await readSnapshot(lines);
  return withDatabase(task, 'new or present', (url, options) => restoreSnapshot(url, saved, by, options));
}

/** The configured one, or that of the home, started for as long as `run` runs. */
async function withDatabase<T>(
  { config, logger, report, signal }: DatabaseTask,
  home: 'present' | 'new or present',
  run: (url: string, options: MigrateOptions) => Promise<T>,
): Promise<T> {
  const clock = systemClock;
  const options = { logger, clock, random: seededRandom(config.seed ^ hashString(randomUUID())), signal };
  if (config.databaseUrl !== undefined) {
    return run(config.databaseUrl, options);
  }
  if (home === 'present') {
    await refuseNewHome(config.home);
  }
  const start = () => startEmbeddedPostgres({ home: config.home, logger, clock, signal });
  const server = await runStep('PostgreSQL (embedded)', start, report, clock);
  try {
    return await run(server.url, options);
  } finally {
    await server.stop();
  }
}
