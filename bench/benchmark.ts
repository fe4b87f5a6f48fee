/**
 * bench/: what Flotilla does in a second on this machine, beside its peers. One benchmark a file in `benchmarks/`, the
 * table of them in `index.ts`; generators are programs in `load/`, each in a process of its own. Uses the product as
 * its users do, over sockets; only storage benchmarks and the filling of databases import src/. Never asserts on time.
 */
import type { FlotillaProcess } from '../test/support/flotilla.ts';

export interface Goal {
  readonly least: number;
  readonly aim: number;
}

export interface Sample {
  /** Unique within the benchmark; equal in each round. */
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly better: 'higher' | 'lower';
  readonly goal?: Goal;
  /** Of a round, such as how many cores the server had. */
  readonly note?: string;
}

/** Programs of `load/`, by file name without `-program.ts`. */
export type LoadProgram = 'http' | 'bulk' | 'list' | 'fan-out' | 'delivery' | 'postgres' | 'etcd' | 'pods';

export interface BenchContext {
  /** Fewer and shorter rounds, smaller fleets: to see that a benchmark works. */
  readonly quick: boolean;
  readonly seed: number;
  /** Parts of titles: of a benchmark of many requests only these. Empty: all. */
  readonly shapes: readonly string[];
  /** An empty folder of the benchmark's own. */
  readonly folder: string;
  /** The run's own Postgres, whose CPU time is told beside the server's. */
  readonly postmaster: number;
  /** An empty, migrated database on the run's own Postgres. */
  createDatabase(): Promise<string>;
  /** `bin/flotilla.js serve` on that database; stopped when the benchmark ends. */
  startServer(
    databaseUrl: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<FlotillaProcess>;
  /** Runs a generator in its own process and answers what it reports. */
  load<T>(program: LoadProgram, options: object): Promise<T>;
  /** Runs when the benchmark ends, the last one first. */
  defer(undo: () => Promise<void>): void;
}

export interface Benchmark {
  readonly name: string;
  /** What is measured, in a line under the table. */
  readonly about: string;
  /** Sets up and warms up, then answers what runs one round. Throws Skipped when it cannot run here. */
  prepare(context: BenchContext): Promise<() => Promise<readonly Sample[]>>;
}

export class Skipped extends Error {}
