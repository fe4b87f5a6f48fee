/** `while true; do true; done` must not own the process that serves it: a shell rests, and so does who writes. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../timing/clock.ts';
import type { Sink } from './program.ts';

const COMMANDS_A_TURN = 64;
const REST_MS = 5;
const WRITES_A_TURN = 64;

export class Turns {
  readonly #clock: Clock;
  #commands = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Before each command. Rejects when the signal aborts. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#commands += 1;
    if (this.#commands % COMMANDS_A_TURN === 0) {
      await this.#clock.sleep(REST_MS, signal);
    }
  }
}

/** Writers that nobody holds up must not keep everybody else waiting. */
export function paced(sink: Sink, signal: AbortSignal): Sink {
  let writes = 0;
  return async (chunk) => {
    signal.throwIfAborted();
    await sink(chunk);
    writes += 1;
    if (writes % WRITES_A_TURN === 0) {
      await setImmediate();
    }
  };
}
