/**
 * The rows of a list as COPY brings them. Its connection goes back to the pool at the end, and is closed on an abort, an
 * error, or when one side keeps the other waiting for too long.
 */
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { unavailable } from '../../errors.ts';
import { readFailed } from '../postgres-errors.ts';
import type { ObjectText } from '../stored-object.ts';
import { toCopiedText } from '../stored-rows.ts';
import { CopiedRows } from './copied-rows.ts';

export interface ListLimits {
  /** How long the server may take for more rows, and the reader to ask for them. */
  readonly waitMs: number;
  /** For all of them. */
  readonly totalMs: number;
}

export class ListCopy {
  readonly client: PoolClient;
  readonly #onEnd: () => void;
  readonly #signal: AbortSignal;
  readonly #patience: NodeJS.Timeout;
  readonly #deadline: NodeJS.Timeout;
  #isEnded = false;
  #failure: unknown;

  /** `onEnd`: when the connection is given back. */
  constructor(client: PoolClient, signal: AbortSignal, { waitMs, totalMs }: ListLimits, onEnd: () => void) {
    this.client = client;
    this.#onEnd = onEnd;
    this.#signal = signal;
    this.#patience = setTimeout(() => this.abandon(unavailable('a list was not read on in time')), waitMs);
    this.#deadline = setTimeout(() => this.abandon(unavailable('a list took too long to be read')), totalMs);
    // A backend that is killed frees its place while nobody asks for rows.
    client.on('error', this.abandon);
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) {
      this.#onAbort();
    }
  }

  readonly #onAbort = (): void => this.abandon(this.#signal.reason);

  /** Closes the connection, which ends what is under way on it. */
  readonly abandon = (error: unknown): void => {
    this.#failure ??= error;
    this.#end(true);
  };

  /** Of the statement `COPY … TO STDOUT (FORMAT binary)` of body, revision and renewed. No batch is empty. */
  async *batches(statement: string): AsyncGenerator<readonly ObjectText[]> {
    try {
      this.#throwIfEnded();
      const rows = new CopiedRows();
      for await (const piece of this.client.query(copyTo(statement))) {
        this.#throwIfEnded();
        this.#patience.refresh();
        const batch = rows.push(piece as Buffer);
        if (batch.length > 0) {
          yield batch.map(toCopiedText);
          this.#throwIfEnded();
          this.#patience.refresh();
        }
      }
      await this.client.query('COMMIT');
      this.#end(false);
    } catch (error) {
      this.abandon(error);
      throw readFailed(this.#failure);
    } finally {
      // A reader that stopped half-way leaves an open transaction.
      this.#end(true);
    }
  }

  #throwIfEnded(): void {
    if (this.#isEnded) {
      throw readFailed(this.#failure);
    }
  }

  #end(destroy: boolean): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      clearTimeout(this.#patience);
      clearTimeout(this.#deadline);
      this.#signal.removeEventListener('abort', this.#onAbort);
      this.client.off('error', this.abandon);
      this.client.release(destroy);
      this.#onEnd();
    }
  }
}
