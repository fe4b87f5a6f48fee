/** A program of examples/ in a process of its own, as its README starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from './until.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

export class ExampleProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';

  /** `path` from the repository's folder. */
  constructor(path: string, kubeconfig: string, args: readonly string[] = []) {
    this.#child = spawn(process.execPath, [path, ...args], {
      cwd: REPOSITORY,
      env: { PATH: process.env['PATH'] ?? '', KUBECONFIG: kubeconfig },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  get output(): string {
    return this.#output;
  }

  async printed(text: RegExp): Promise<RegExpExecArray> {
    const describe = (): string => `it did not print ${text}: ${this.#output}`;
    return until(() => text.exec(this.#output) ?? undefined, describe);
  }

  /** The exit code; null when the signal ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
    }
    await this.#ended;
    return this.#child.exitCode;
  }
}
