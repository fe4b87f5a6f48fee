/** How commands that speak to the database tell how far they are: on stderr, since data alone goes to stdout. */
import type { DatabaseTask } from '../../compose/database-tasks.ts';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../timing/clock.ts';
import { createLogger } from '../serve/create-logger.ts';
import { plainSteps } from '../serve/steps.ts';
import type { Terminal, TerminalStream } from '../terminal.ts';

const EVERY_MS = 5_000;

export const databaseTask = (config: Config, { stderr }: Terminal, signal?: AbortSignal): DatabaseTask => ({
  config,
  logger: createLogger(config.log, stderr),
  report: plainSteps(stderr).report,
  signal,
});

export interface RowCount {
  /** The same texts, counted by their lines. */
  count(texts: AsyncIterable<string>): AsyncGenerator<string>;
  /** Without the head. */
  readonly rows: number;
}

/** Work that takes long tells every few seconds how far it is. `per`: how many lines a text has. */
export function countRows(
  { stderr, clock }: { readonly stderr: TerminalStream; readonly clock: Clock },
  per: (text: string) => number,
): RowCount {
  let lines = 0;
  const rows = () => Math.max(0, lines - 1);
  return {
    get rows() {
      return rows();
    },
    async *count(texts) {
      let toldAt = clock.monotonic();
      for await (const text of texts) {
        lines += per(text);
        if (clock.monotonic() - toldAt >= EVERY_MS) {
          toldAt = clock.monotonic();
          stderr.write(`${rows()} rows so far\n`);
        }
        yield text;
      }
    },
  };
}
