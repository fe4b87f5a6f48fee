/** One benchmark in a place of its own: prepared, its rounds run, everything it started ended. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FlotillaProcess } from '../test/support/flotilla.ts';
import { type BenchContext, type Benchmark, type LoadProgram, type Sample, Skipped } from './benchmark.ts';
import { machinePace } from './machine-pace.ts';
import { type Missing, type Row, toRows } from './results.ts';
import type { BenchPostgres } from './servers/postgres.ts';

export interface RunOptions {
  readonly folder: string;
  readonly postgres: BenchPostgres;
  readonly rounds: number;
  readonly quick: boolean;
  readonly seed: number;
  readonly shapes: readonly string[];
  /** Servers write CPU profiles there. */
  readonly profileFolder: string | undefined;
  readonly signal: AbortSignal;
}

/** Variables that make a server write a CPU profile. */
const profilerOf = (profileFolder: string | undefined): Record<string, string> => {
  const preload = resolve(import.meta.dirname, '../../bench/profile-preload.mjs');
  return profileFolder === undefined
    ? {}
    : { NODE_OPTIONS: `--import file://${preload}`, BENCH_PROFILE_FOLDER: profileFolder };
};

function load<T>(program: LoadProgram, options: object, signal: AbortSignal): Promise<T> {
  const file = join(import.meta.dirname, `${program}-program.mjs`);
  const args = ['--enable-source-maps', file, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      code === 0 ? resolve(JSON.parse(texts.out) as T) : reject(new Error(`generator ${program}: ${texts.err.trim()}`));
    });
  });
}

function createContext(options: RunOptions, folder: string): { context: BenchContext; undo: () => Promise<void> } {
  const { postgres, quick, seed, shapes, signal, profileFolder } = options;
  const undos: (() => Promise<unknown>)[] = [];
  const context: BenchContext = {
    ...{ quick, seed, shapes, folder, postmaster: postgres.pid },
    async createDatabase() {
      const url = await postgres.createDatabase();
      undos.push(() => postgres.dropDatabase(url));
      return url;
    },
    async startServer(databaseUrl, args, env = {}) {
      const home = await mkdtemp(join(folder, 'server-'));
      const server = await FlotillaProcess.create({
        home,
        databaseUrl,
        args,
        env: { ...profilerOf(profileFolder), ...env },
      });
      undos.push(() => server.kill('SIGTERM'));
      return server.start();
    },
    load: (program, loadOptions) => load(program, loadOptions, signal),
    defer: (undo) => void undos.push(undo),
  };
  const undo = async (): Promise<void> => {
    for (const each of undos.toReversed()) {
      await each();
    }
  };
  return { context, undo };
}

async function runRounds(benchmark: Benchmark, context: BenchContext, { rounds, signal }: RunOptions): Promise<Row[]> {
  const round = await benchmark.prepare(context);
  const all: (readonly Sample[])[] = [];
  while (all.length < rounds && !signal.aborted) {
    const pace = machinePace();
    all.push([...(await round()), pace]);
  }
  return toRows(benchmark.name, all);
}

/** A benchmark that cannot run or fails is a line of the report; the others go on. */
export async function runBenchmark(benchmark: Benchmark, options: RunOptions): Promise<Row[] | Missing> {
  const folder = await mkdtemp(join(options.folder, `${benchmark.name}-`));
  await chmod(folder, 0o711);
  const { context, undo } = createContext(options, folder);
  try {
    return await runRounds(benchmark, context, options);
  } catch (error) {
    const { message } = error as Error;
    return { benchmark: benchmark.name, ...(error instanceof Skipped ? { skipped: message } : { failed: message }) };
  } finally {
    await undo();
    await rm(folder, { recursive: true, force: true });
  }
}
