/**
 * The real program as its users start it: `bin/flotilla.js serve` in a process of its own, with a home, a port and a
 * database of its own. Can be killed and started again on the same home.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { readKubeconfig } from '../../src/config/kubeconfig.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const PROGRAM = join(REPOSITORY, 'bin/flotilla.js');
/** What `npm start` tells Node. */
const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  scripts: { start: string };
};
const NODE_FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--'));
const READY_MS = 60_000;

export interface FlotillaOptions {
  /** Unset: the embedded server, in `home`. */
  readonly databaseUrl?: string;
  /** Unset: the queue is on Postgres. */
  readonly redisUrl?: string;
  /** Shared with others, who remove it; unset: one of its own. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** What starts the program; unset: node itself, as `npm start` has it. Run in the repository's folder. */
  readonly command?: readonly [string, ...string[]];
}

export interface Access {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

export class FlotillaProcess {
  readonly home: string;
  readonly port: number;
  readonly #options: FlotillaOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<number | null> = Promise.resolve(null);
  #output = '';

  private constructor(home: string, port: number, options: FlotillaOptions) {
    this.home = home;
    this.port = port;
    this.#options = options;
  }

  /** A home and a port, nothing started yet. */
  static async create(options: FlotillaOptions = {}): Promise<FlotillaProcess> {
    const home = options.home ?? (await mkdtemp(join(tmpdir(), 'flotilla-home-')));
    // As root the embedded server runs as another user: a home it cannot pass through is staged in /var/lib.
    await chmod(home, 0o711);
    return new FlotillaProcess(home, await freePort(), options);
  }

  get kubeconfig(): string {
    return join(this.home, 'kubeconfig');
  }
  get pid(): number {
    return this.#child?.pid ?? 0;
  }
  get isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }
  /** Everything it printed since the last start. */
  get output(): string {
    return this.#output;
  }
  get exited(): Promise<number | null> {
    return this.#exited;
  }

  /** Starts the program and waits until it says that it is ready. */
  async start(): Promise<this> {
    this.spawn();
    const ended = this.#exited.then((code) => {
      throw new Error(`flotilla ended with ${code}: ${this.#output}`);
    });
    await Promise.race([ended, this.ready()]);
    return this;
  }

  #env(): Record<string, string> {
    const { databaseUrl, redisUrl, env } = this.#options;
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      FLOTILLA_HOME: this.home,
      FLOTILLA_PORT: String(this.port),
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      ...env,
    };
  }

  /** Another command of the program, on the same home and database; rejects when it fails. */
  async command(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], { env: this.#env() });
    return stdout;
  }

  /** Starts the program and returns at once. */
  spawn(): void {
    const { args = [] } = this.#options;
    const [file, ...words] = this.#options.command ?? [process.execPath, ...NODE_FLAGS, PROGRAM, 'serve'];
    this.#output = '';
    const child = spawn(file, [...words, ...args], {
      ...(this.#options.command === undefined ? {} : { cwd: REPOSITORY }),
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (text: string): void => {
      this.#output += text;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    this.#child = child;
    this.#exited = new Promise((resolveExit) => child.once('close', (code) => resolveExit(code)));
    this.#exited.catch(() => undefined);
  }

  ready(text = 'Press Ctrl-C to stop.'): Promise<unknown> {
    return until(
      () => this.#output.includes(text),
      () => `not ready: ${this.#output}`,
      READY_MS,
    );
  }

  async access(): Promise<Access> {
    return readKubeconfig(await readFile(this.kubeconfig, 'utf8'));
  }

  /** A plain HTTPS request with the administrator's token, the CA checked. */
  async request(path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) {
    const { server, ca, token } = await this.access();
    const dispatcher = new Agent({ connect: { ca } });
    try {
      const { statusCode, headers, body } = await request(`${server}${path}`, {
        dispatcher,
        method: (init.method ?? 'GET') as 'GET',
        headers: { authorization: `Bearer ${token}`, ...init.headers },
        ...(init.body === undefined ? {} : { body: init.body }),
      });
      return { status: statusCode, headers, text: await body.text() };
    } finally {
      await dispatcher.close();
    }
  }

  /** Stops every thread of the process where it stands, as a machine that is out of breath does. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Whoever read its output is gone. */
  stopReading(): void {
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
  }

  /** Ends the process by a signal; resolves with its exit code when it is gone. */
  async kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL'): Promise<number | null> {
    this.#child?.kill(signal);
    return this.#exited;
  }

  async close(): Promise<void> {
    await this.kill('SIGTERM');
    if (this.#options.home === undefined) {
      await rm(this.home, { recursive: true, force: true });
    }
  }
}
