/** Batches of an open cursor. Its connection goes back to the pool at the end, and is closed on an abort or an error. */
import type { PoolClient } from 'pg';
import { readFailed } from '../postgres-errors.ts';
import type { ObjectText } from '../stored-object.ts';
import { type TextRow, toObjectText } from '../stored-rows.ts';
import { nextBatchRows } from './next-batch-rows.ts';

const FIRST_ROWS = 32;

export class ListCursor {
  static readonly NAME = 'list_stream';
  readonly #client: PoolClient;
  readonly #signal: AbortSignal;
  #rows = FIRST_ROWS;
  #ended = false;
  #failure: unknown;

  constructor(client: PoolClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
    // A backend that is killed, or ends itself for idleness, frees its place while nobody asks for rows.
    client.on('error', this.abandon);
    signal.addEventListener('abort', this.#onAbort);
    if (signal.aborted) {
      this.#onAbort();
    }
  }

  readonly #onAbort = (): void => this.abandon(this.#signal.reason);

  /** Closes the connection, which ends the cursor and a fetch that is under way. */
  readonly abandon = (error: unknown): void => {
    this.#failure ??= error;
    this.#end(true);
  };

  async fetch(): Promise<readonly ObjectText[]> {
    if (this.#ended) {
      throw readFailed(this.#failure);
    }
    const asked = this.#rows;
    try {
      const { rows } = await this.#client.query<TextRow>(`FETCH ${asked} FROM ${ListCursor.NAME}`);
      this.#rows = nextBatchRows(asked, rows);
      return rows.map(toObjectText);
    } catch (error) {
      this.abandon(error);
      throw readFailed(this.#failure);
    }
  }

  async *batches(): AsyncGenerator<readonly ObjectText[]> {
    try {
      for (let batch = await this.fetch(); batch.length > 0; batch = await this.fetch()) {
        yield batch;
      }
      await this.#client.query('COMMIT');
      this.#end(false);
    } finally {
      // A reader that stopped half-way leaves an open transaction.
      this.#end(true);
    }
  }

  #end(destroy: boolean): void {
    if (!this.#ended) {
      this.#ended = true;
      this.#signal.removeEventListener('abort', this.#onAbort);
      this.#client.off('error', this.abandon);
      this.#client.release(destroy);
    }
  }
}
