/** One API replica: a process on a port of its own, which may be killed, paused and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplicaOptions } from './compose-replica.ts';

const START_MS = 30_000;
const RETRY_MS = 100;

export class ReplicaProcess {
  readonly name: string;
  readonly origin: string;
  readonly #program: string;
  readonly #options: ReplicaOptions;
  readonly #incidents: string[] = [];
  #log = '';
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #isEnding = false;

  constructor(program: string, name: string, options: ReplicaOptions) {
    this.name = name;
    this.origin = `https://127.0.0.1:${options.port}`;
    this.#program = program;
    this.#options = options;
  }

  /** What no fault explains: an end of its own, an error in the log. */
  get incidents(): readonly string[] {
    return this.#incidents;
  }

  /** Resolves when it answers. A start that finds the database down ends; as under a supervisor, it is tried again. */
  async start(): Promise<void> {
    const end = performance.now() + START_MS;
    while (!(await this.#launch())) {
      if (performance.now() > end) {
        throw new Error(`${this.name} does not start: ${this.#log}`);
      }
      await sleep(RETRY_MS);
    }
  }

  async #launch(): Promise<boolean> {
    const child = spawn(process.execPath, [this.#program, JSON.stringify(this.#options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#isEnding = false;
    this.#log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    let isReady = false;
    this.#exited = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        if (isReady && !this.#isEnding) {
          this.#incidents.push(`${this.name} ended by itself (${code ?? signal})`);
        }
        if (isReady && this.#log !== '') {
          this.#incidents.push(`${this.name} logged: ${this.#log}`);
        }
        resolve();
      }),
    );
    const ready = new Promise<void>((resolve) =>
      createInterface({ input: child.stdout }).once('line', () => {
        isReady = true;
        resolve();
      }),
    );
    await Promise.race([ready, this.#exited]);
    return isReady;
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }
}
