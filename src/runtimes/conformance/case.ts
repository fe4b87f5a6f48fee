/**
 * conformance/: what every runtime has to keep of the contract in `../runtime.ts`, as a list of cases that anybody can
 * run on a runtime of their own: `npx flotilla runtime-test ./my-runtime.js`. A case uses the contract alone, waits on
 * conditions and has a deadline. May import the contract, values and timing; never a runtime.
 */
import type { Clock } from '../../timing/clock.ts';
import type { Runtime, RuntimeInfo } from '../runtime.ts';
import type { Bench } from './bench.ts';

export type Capability = keyof RuntimeInfo['capabilities'];

export interface ConformanceTarget {
  /** Opens the runtime; called again, over the same state, as a worker does that starts anew. */
  readonly open: () => Promise<Runtime>;
  /** Has `sh`, `cat`, `sleep`, `mkdir`, and `httpd` of busybox where `server` is not given. */
  readonly image: string;
  /** A name that no pull can find. */
  readonly missingImage: string;
  readonly nodeName: string;
  /** A free port of the pod. */
  readonly port: number;
  /** Serves HTTP with a 200 at `/` on `port`. */
  readonly server: readonly string[];
  readonly clock: Clock;
  /** What cannot be shown here: the name of a case → why. */
  readonly skips: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
}

export interface ConformanceCase {
  readonly name: string;
  /** Without one of these the case is skipped. */
  readonly needs?: readonly Capability[];
  run(bench: Bench): Promise<void>;
}

export interface ConformanceResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped or what failed. */
  readonly message?: string;
  readonly tookMs: number;
}
