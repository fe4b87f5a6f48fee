/**
 * Work that would hold the main thread: a worker thread, begun at the first call, that does one after another. A call
 * that takes too long, or too much memory, ends the thread and fails alone; the next has a new one.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';

/** Why a call has no result. */
export class ThreadEnded extends Error {}

export interface ThreadOptions {
  /** What it runs: each message is a call's input, each answer its output. */
  readonly program: URL;
  readonly clock: Clock;
  readonly callMs?: number;
}

interface Pending<In, Out> {
  readonly input: In;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: Error) => void;
}

const CALL_MS = 10_000;
const MEMORY_MB = 512;

export class Thread<In, Out> {
  readonly #options: ThreadOptions;
  readonly #queue: Pending<In, Out>[] = [];
  #worker: Worker | undefined;
  #isBusy = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  run(input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ input, resolve, reject });
      void this.#work();
    });
  }

  async close(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) {
      reject(new ThreadEnded('closed'));
    }
    await this.#worker?.terminate();
  }

  async #work(): Promise<void> {
    if (this.#isBusy) {
      return;
    }
    this.#isBusy = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { input, resolve, reject } = next;
      await this.#call(input).then(resolve, reject);
    }
    this.#isBusy = false;
  }

  async #call(input: In): Promise<Out> {
    this.#worker ??= new Worker(this.#options.program, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    const worker = this.#worker;
    // Only a call keeps the process alive.
    worker.ref();
    const over = new AbortController();
    try {
      return await Promise.race([this.#reply(worker, input), this.#late(over.signal)]);
    } catch (error) {
      this.#worker = undefined;
      await worker.terminate();
      throw error;
    } finally {
      over.abort();
      for (const event of ['message', 'error', 'exit']) {
        worker.removeAllListeners(event);
      }
      // Between calls nobody is told, and the next call sees that it is gone.
      worker.on('error', () => undefined);
      worker.on('exit', () => this.#forget(worker));
      worker.unref();
    }
  }

  #forget(worker: Worker): void {
    if (this.#worker === worker) {
      this.#worker = undefined;
    }
  }

  #reply(worker: Worker, input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', (error) => reject(new ThreadEnded(error.message, { cause: error })));
      worker.on('exit', () => reject(new ThreadEnded('ended')));
      worker.postMessage(input);
    });
  }

  async #late(over: AbortSignal): Promise<never> {
    const { clock, callMs = CALL_MS } = this.#options;
    await clock.sleep(callMs, over);
    throw new ThreadEnded('took too long');
  }
}
