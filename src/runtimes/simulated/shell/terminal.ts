/**
 * The kernel's side of a terminal (termios in canonical mode): echoes what is typed, edits the line, hands it over at
 * Enter; ^C interrupts, ^D ends the input of whoever reads now. Output gets `\r\n`.
 */
import type { Input } from './input.ts';
import type { Sink } from './program.ts';

const INTERRUPT = 0x03;
const END = 0x04;
const BACKSPACE: readonly number[] = [0x08, 0x7f];
const ENTER: readonly number[] = [0x0a, 0x0d];
const ESCAPE = 0x1b;
/** As the kernel's N_TTY_BUF_SIZE. */
const MAX_LINE = 4_096;

/** `\n` to `\r\n`, whatever the other bytes are. */
export const withReturns = (chunk: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(chunk).toString('latin1').replace(/\n/g, '\r\n'), 'latin1');

const orEnd = (chunk: Uint8Array): Uint8Array | undefined => (chunk.length === 0 ? undefined : chunk);

export class Terminal implements Input {
  /** Called at ^C. */
  interrupted: () => void = () => undefined;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #output: Sink;
  /** Typed, not yet handed over. */
  #line: number[] = [];
  /** Handed over; an empty one is an end of input. */
  #ready: Buffer[] = [];
  #hungUp = false;
  #waiting: ((chunk: Uint8Array | undefined) => void) | undefined;

  constructor(source: AsyncIterable<Uint8Array>, output: Sink) {
    this.#source = source[Symbol.asyncIterator]();
    this.#output = output;
    void this.#listen();
  }

  async read(): Promise<Uint8Array | undefined> {
    const chunk = this.#ready.shift();
    if (chunk === undefined && !this.#hungUp) {
      return new Promise((resolve) => {
        this.#waiting = resolve;
      });
    }
    return chunk === undefined ? undefined : orEnd(chunk);
  }

  async line(): Promise<string | undefined> {
    return (await this.read())?.toString();
  }

  readonly write: Sink = (chunk) => this.#output(withReturns(chunk));

  /** Who waits for a line gets an end of input. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(undefined);
  }

  async #listen(): Promise<void> {
    try {
      for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) {
        await this.#type(next.value);
      }
    } catch {
      // The client has gone, which is what a hang-up says.
    }
    this.#hungUp = true;
    this.release();
  }

  async #type(chunk: Uint8Array): Promise<void> {
    const echo: number[] = [];
    for (const byte of chunk) {
      this.#key(byte, echo);
    }
    if (echo.length > 0) {
      await this.#output(Uint8Array.from(echo));
    }
  }

  #key(byte: number, echo: number[]): void {
    if (ENTER.includes(byte)) {
      echo.push(0x0d, 0x0a);
      this.#hand(Buffer.from([...this.#line.splice(0), 0x0a]));
    } else if (BACKSPACE.includes(byte)) {
      echo.push(...(this.#line.pop() === undefined ? [] : [0x08, 0x20, 0x08]));
    } else if (byte === INTERRUPT) {
      this.#line = [];
      echo.push(...Buffer.from('^C\r\n'));
      this.interrupted();
    } else if (byte === END) {
      this.#hand(Buffer.from(this.#line.splice(0)));
    } else if (this.#line.length < MAX_LINE) {
      this.#line.push(byte);
      echo.push(...(byte === ESCAPE ? Buffer.from('^[') : [byte]));
    }
  }

  #hand(line: Buffer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) {
      this.#ready.push(line);
    } else {
      waiting(orEnd(line));
    }
  }
}
