/** Where and when a run was made: no figure means anything without it. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import pg from 'pg';

export interface Conditions {
  readonly date: string;
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
  /** Commits are on disk before they are answered. */
  readonly commitMode: string;
  readonly seed: number;
  readonly quick: boolean;
  readonly loadAtStart: readonly number[];
}

const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();

/** Undefined outside of a checkout. */
function commitOf(): string {
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src') === '' ? '' : ' with changes');
  } catch {
    return 'no checkout';
  }
}

const SETTINGS = [
  'server_version',
  'synchronous_commit',
  'fsync',
  'full_page_writes',
  'shared_buffers',
  'track_commit_timestamp',
] as const;

async function readSettings(databaseUrl: string): Promise<Record<(typeof SETTINGS)[number], string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const columns = SETTINGS.map((name) => `current_setting('${name}') AS ${name}`).join(', ');
    const { rows } = await client.query(`SELECT ${columns}`);
    return rows[0];
  } finally {
    await client.end();
  }
}

export async function readConditions(databaseUrl: string, seed: number, quick: boolean): Promise<Conditions> {
  const { server_version: version, ...settings } = await readSettings(databaseUrl);
  return {
    date: new Date().toISOString(),
    commit: commitOf(),
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    postgres: version,
    commitMode: Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    ...{ seed, quick, loadAtStart: loadavg() },
  };
}

export const renderConditions = (conditions: Conditions): string => {
  const { date, commit, cores, cpu, memoryGiB, kernel, node, postgres, commitMode, seed, loadAtStart } = conditions;
  return [
    `${date}, commit ${commit}, seed ${seed}${conditions.quick ? ', quick: not for quoting' : ''}`,
    `${cores} cores (${cpu}), ${memoryGiB} GiB, Linux ${kernel}, Node ${node}; load average before: ${loadAtStart.map((load) => load.toFixed(1)).join(' ')}`,
    `PostgreSQL ${postgres} on the same machine, ${commitMode}`,
    'Server, Postgres and generators share these cores; each is a process of its own.',
  ].join('\n');
};
