/**
 * Work that would hold the main thread: a worker thread, begun at the first call, that does one after another, callers
 * in turn. A call that takes too long, or too much memory, ends the thread and fails alone; the next has a new one.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from './clock.ts';
import { NO_LONGER_AWAITED } from './no-longer-awaited.ts';
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
  /** Aborts when it waits no longer. */
  readonly taken: AbortController;
  readonly resolve: (output: Out) => void;
  readonly reject: (error: Error) => void;
}

const CALL_MS = 10_000;
const MEMORY_MB = 512;
/** Of up to 3 MB each. */
const MAX_WAITING = 64;
const MAX_WAITING_OF_ONE = 16;
/** A few tens of calls that are long. */
const OWED_WAIT_MS = 5_000;

export class Thread<In, Out> {
  readonly #options: ThreadOptions;
  readonly #asked = new Waiters<Pending<In, Out>>();
  readonly #owed = new Waiters<Pending<In, Out>>();
  readonly #lanes = [this.#owed, this.#asked];
  #worker: Worker | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /**
   * Rejects with ThreadEnded. `caller`: '' is the process itself. `isOwed`: a part of what has been let in, so never too
   * many wait for it, and it is no reason to refuse others; but it waits only so long.
   */
  run(input: In, caller = '', isOwed = false): Promise<Out> {
    if (!isOwed && this.#isFull(caller)) {
      return Promise.reject(new ThreadEnded('busy', 'too many wait'));
    }
    return new Promise((resolve, reject) => {
      const pending = { input, resolve, reject, taken: new AbortController() };
      (isOwed ? this.#owed : this.#asked).add(caller, pending);
      if (isOwed) {
        this.#limitWait(caller, pending);
      }
      void this.#work();
    });
  }

  #isFull(caller: string): boolean {
    const asked = this.#asked;
    return asked.size >= MAX_WAITING || (caller !== '' && asked.sizeOf(caller) >= MAX_WAITING_OF_ONE);
  }

  #limitWait(caller: string, pending: Pending<In, Out>): void {
    const late = (): void => {
      this.#owed.delete(caller, pending);
      pending.reject(new ThreadEnded('busy', 'waited too long'));
    };
    this.#options.clock.sleep(OWED_WAIT_MS, pending.taken.signal).then(late, () => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      next.reject(new ThreadEnded('closed', 'closed'));
    }
    await this.#worker?.terminate();
  }

  /** What is owed and what is asked for have turns: neither waits for all of the other. */
  #next(): Pending<In, Out> | undefined {
    this.#lanes.reverse();
    for (const lane of this.#lanes) {
      const caller = lane.nextCaller(() => true);
      if (caller !== undefined) {
        const next = lane.shift(caller);
        next?.taken.abort(NO_LONGER_AWAITED);
        return next;
      }
    }
    return;
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
