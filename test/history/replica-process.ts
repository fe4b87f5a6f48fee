/** One API replica: a process on a port of its own, which may be killed, paused and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ReplicaOptions } from './compose-replica.ts';

export class ReplicaProcess {
  readonly name: string;
  readonly origin: string;
  readonly #program: string;
  readonly #options: ReplicaOptions;
  readonly #incidents: string[] = [];
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

  async start(): Promise<void> {
    this.#isEnding = false;
    const child = spawn(process.execPath, [this.#program, JSON.stringify(this.#options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    this.#exited = new Promise((resolve) =>
      child.once('close', (code, signal) => {
        if (!this.#isEnding) {
          this.#incidents.push(`${this.name} ended by itself (${code ?? signal})`);
        }
        if (log !== '') {
          this.#incidents.push(`${this.name} logged: ${log}`);
        }
        resolve();
      }),
    );
    const ready = new Promise<void>((resolve) =>
      createInterface({ input: child.stdout }).once('line', () => resolve()),
    );
    await Promise.race([ready, this.#exited]);
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#isEnding = true;
    this.#child?.kill(signal);
    await this.#exited;
  }
}
