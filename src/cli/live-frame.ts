/**
 * Text that is drawn anew in its place on a terminal. A line that wraps, or one that has left the screen, cannot be
 * taken back by moving up: so lines end at the last column, and the text before the last row.
 */
import type { TerminalStream } from './terminal.ts';

const LEAST_ROWS = 2;

export class LiveFrame {
  readonly #stream: TerminalStream;
  #drawn = 0;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  draw(text: string): void {
    const lines = cut(text.split('\n'), this.#stream);
    this.#stream.write(`${this.#back()}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  clear(): void {
    this.#stream.write(this.#back());
    this.#drawn = 0;
  }

  /** Up so many lines, then clear to the end of the screen. */
  #back(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[J`;
  }
}

/** A terminal that does not tell its size, or tells 0, is taken to be large enough. */
function cut(lines: readonly string[], { columns = 0, rows = 0 }: TerminalStream): readonly string[] {
  const most = rows === 0 ? lines.length : Math.max(LEAST_ROWS, rows) - 1;
  const shown = lines.length > most ? [...lines.slice(0, most - 1), '…'] : lines;
  return columns === 0 ? shown : shown.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line));
}
