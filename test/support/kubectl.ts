/** Runs one pinned kubectl against one server. Its home is a folder of the test's own: `~/.kube` is never touched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubectlMinor, kubectlBinary } from './kubectl-binary.ts';
import { countInvocation } from './kubectl-invocations.ts';
import { startOnTerminal, type Terminal } from './kubectl-terminal.ts';
import { until } from './until.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Completion and plugins take no flag before their name. */
  readonly kubeconfigFrom?: 'flag' | 'environment';
}

/** A kubectl that keeps running (`-w`, `logs -f`, `rollout status`). */
export interface Running {
  readonly child: ChildProcess;
  stdout(): string;
  /** Waits until what it printed satisfies `test`. */
  printed(test: (stdout: string) => boolean, timeoutMs?: number): Promise<void>;
  finished: Promise<Outcome>;
  stop(): Promise<void>;
}

/** Its own `--timeout`, of which it says more than that it was ended, and a little. */
function limitOf(args: readonly string[]): number {
  const [, seconds = '0'] = /^--timeout=(\d+)s$/m.exec(args.join('\n')) ?? [];
  return Math.max(60_000, Number(seconds) * 1_000 + 10_000);
}

export class Kubectl {
  readonly binary: string;
  readonly #minor: KubectlMinor;
  readonly #kubeconfig: string;
  readonly #home: string;
  readonly #running = new Set<Pick<Running, 'finished' | 'stop'> | Terminal>();

  private constructor(minor: KubectlMinor, binary: string, kubeconfig: string, home: string) {
    this.#minor = minor;
    this.binary = binary;
    this.#kubeconfig = kubeconfig;
    this.#home = home;
  }

  static async create(minor: KubectlMinor, kubeconfig: string): Promise<Kubectl> {
    const home = await mkdtemp(join(tmpdir(), 'flotilla-kubectl-'));
    return new Kubectl(minor, await kubectlBinary(minor), kubeconfig, home);
  }

  start(
    args: readonly string[],
    { input, timeoutMs = limitOf(args), env, kubeconfigFrom = 'flag' }: RunOptions = {},
  ): Running {
    countInvocation(this.#minor, args);
    const flags = kubeconfigFrom === 'flag' ? ['--kubeconfig', this.#kubeconfig] : [];
    const child = spawn(this.binary, [...flags, ...args], {
      env: { HOME: this.#home, PATH: process.env['PATH'] ?? '', KUBECONFIG: this.#kubeconfig, ...env },
      timeout: timeoutMs,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined).end(input);
    const finished = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
    });
    const running: Running = {
      child,
      finished,
      stdout: () => stdout,
      printed: async (test, limit) => {
        const describe = (): string => `kubectl ${args.join(' ')} printed: ${stdout}${stderr}`;
        await until(() => test(stdout), describe, limit);
      },
      stop: async () => {
        child.kill('SIGKILL');
        await finished;
      },
    };
    this.#running.add(running);
    void finished.finally(() => this.#running.delete(running)).catch(() => undefined);
    return running;
  }

  /** On a terminal of 80 columns and 24 rows. */
  terminal(...args: readonly string[]): Terminal {
    countInvocation(this.#minor, args);
    const env = { HOME: this.#home, PATH: process.env['PATH'] ?? '' };
    const terminal = startOnTerminal(this.binary, ['--kubeconfig', this.#kubeconfig, ...args], env);
    this.#running.add(terminal);
    void terminal.finished.finally(() => this.#running.delete(terminal));
    return terminal;
  }

  /** Whatever the exit code. */
  outcome(args: readonly string[], options?: RunOptions): Promise<Outcome> {
    return this.start(args, options).finished;
  }

  /** What it printed; throws with both streams when kubectl failed. */
  async run(...args: string[]): Promise<string> {
    return this.#expectSuccess(args, await this.outcome(args));
  }

  async apply(manifest: object | readonly object[]): Promise<string> {
    const items = Array.isArray(manifest) ? manifest : [manifest];
    const args = ['apply', '-f', '-'];
    const input = items.map((item) => JSON.stringify(item)).join('\n---\n');
    return this.#expectSuccess(args, await this.outcome(args, { input }));
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(...args, '-o', 'json')) as T;
  }

  #expectSuccess(args: readonly string[], { code, stdout, stderr }: Outcome): string {
    if (code !== 0) {
      throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()));
    await rm(this.#home, { recursive: true, force: true });
  }
}
