/**
 * Work that would hold the main thread: a worker thread, begun at the first call, that does one after another, callers
 * in turn. A call that takes too long, or too much memory, ends the thread and fails alone; the next has a new one.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import { Waiters } from './waiters.ts';

/** Why a call has no result: it took too much, too many wait, the process stops, or its program threw. */
export type EndReason = 'too much' | 'busy' | 'closed' | 'failed';

export class ThreadEnded extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

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
/** Of up to 3 MB each. */
const MAX_WAITING = 64;
const MAX_WAITING_OF_ONE = 16;

export class Thread<In, Out> {
  readonly #options: ThreadOptions;
  readonly #waiting = new Waiters<Pending<In, Out>>();
  #worker: Worker | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /**
   * Rejects with ThreadEnded. `caller`: '' is the process itself. `isOwed`: never too many wait for it, as it is a part of
   * what has been let in.
   */
  run(input: In, caller = '', isOwed = false): Promise<Out> {
    const waiting = this.#waiting;
    const isFull = waiting.size >= MAX_WAITING || (caller !== '' && waiting.sizeOf(caller) >= MAX_WAITING_OF_ONE);
    if (isFull && !isOwed) {
      return Promise.reject(new ThreadEnded('busy', 'too many wait'));
    }
    return new Promise((resolve, reject) => {
      waiting.add(caller, { input, resolve, reject });
      void this.#work();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.reject(new ThreadEnded('closed', 'closed'));
    }
    await this.#worker?.terminate();
  }

  #next(): Pending<In, Out> | undefined {
    const caller = this.#waiting.nextCaller(() => true);
    return caller === undefined ? undefined : this.#waiting.shift(caller);
  }

  async #work(): Promise<void> {
    if (this.#isBusy) {
      return;
    }
    this.#isBusy = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
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
      worker.on('error', (error) => reject(new ThreadEnded(reasonOf(error), error.message, { cause: error })));
      worker.on('exit', () => reject(new ThreadEnded(this.#isClosed ? 'closed' : 'failed', 'ended')));
      worker.postMessage(input);
    });
  }

  async #late(over: AbortSignal): Promise<never> {
    const { clock, callMs = CALL_MS } = this.#options;
    await clock.sleep(callMs, over);
    throw new ThreadEnded('too much', 'took too long');
  }
}

const reasonOf = (error: Error): EndReason =>
  (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'too much' : 'failed';
