/**
 * Reads the body and hands its items on, at the pace of the writes and of the client's own reading: while there is no
 * room, nothing is read, which the client feels as TCP's back-pressure.
 */
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StatusError, unavailable } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { ParseElsewhere } from '../http/parse-bytes.ts';
import type { AnswerQueue } from './answer-queue.ts';
import { failureText } from './answer-text.ts';
import type { ItemWriter } from './item-writer.ts';
import { MAX_ITEMS, TURN_MS } from './limits.ts';
import type { Outcomes } from './outcomes.ts';
import { type KindIndex, planItem } from './plan-item.ts';
import { readItem } from './read-item.ts';
import { type Line, LineSplitter, TOO_LONG } from './split-lines.ts';

export interface BodyReaderOptions {
  readonly kinds: KindIndex;
  readonly writer: ItemWriter;
  readonly queue: AnswerQueue;
  readonly outcomes: Outcomes;
  readonly maxLineBytes: number;
  readonly maxBodyBytes: number;
  readonly parseElsewhere: ParseElsewhere | undefined;
  /** Ends the reading, also while it waits for the client; its reason is the StatusError of what was not read. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const bodyTooLarge = (limit: number): StatusError =>
  new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${limit}`, {});
const tooManyItems = (): StatusError =>
  new StatusError('RequestEntityTooLarge', `too many items: limit is ${MAX_ITEMS}`, {});

/** Chunks until the end or the signal; the body is not destroyed, since its connection is also the answer's. */
async function* chunksOf(body: Readable, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  const over = new Promise<{ done: true }>((resolve) => {
    const end = (): void => resolve({ done: true });
    signal.aborted ? end() : signal.addEventListener('abort', end, { once: true });
  });
  for (;;) {
    const step = await Promise.race([chunks.next(), over]);
    if (step.done === true) {
      return;
    }
    yield step.value;
  }
}

const endOf = ({ reason }: AbortSignal): StatusError =>
  reason instanceof StatusError ? reason : unavailable('the request has ended');

export class BodyReader {
  readonly #options: BodyReaderOptions;
  readonly #splitter: LineSplitter;
  #index = 0;
  #bytes = 0;
  #turnEnds = 0;

  constructor(options: BodyReaderOptions) {
    this.#options = options;
    this.#splitter = new LineSplitter(options.maxLineBytes);
  }

  /** Never rejects: what ends the reading early is the last answer, where there is somebody left to read it. */
  async run(body: Readable): Promise<void> {
    const { queue, writer, outcomes, signal, logger } = this.#options;
    let isComplete = false;
    try {
      await this.#read(body);
      isComplete = true;
    } catch (error) {
      if (error instanceof StatusError) {
        queue.add(0)(failureText({ index: this.#index }, error));
      } else if (!signal.aborted && !body.destroyed) {
        logger.error({ err: error }, 'bulk request failed');
        body.destroy();
      }
    }
    await writer.finish();
    await outcomes.finish(isComplete && !signal.aborted);
    queue.close();
  }

  async #read(body: Readable): Promise<void> {
    const { signal, writer, maxBodyBytes } = this.#options;
    for await (const chunk of chunksOf(body, signal)) {
      this.#bytes += chunk.length;
      if (this.#bytes > maxBodyBytes) {
        throw bodyTooLarge(maxBodyBytes);
      }
      // Also where all lines are blank, and nothing is accepted.
      await this.#takeTurn();
      for (const line of this.#splitter.push(chunk)) {
        await this.#accept(line);
      }
      // The client may wait for these answers before it sends more.
      writer.flush();
    }
    for (const line of this.#splitter.end()) {
      await this.#accept(line);
    }
    signal.throwIfAborted();
  }

  async #accept(line: Line): Promise<void> {
    if (this.#index === MAX_ITEMS) {
      throw tooManyItems();
    }
    await this.#waitForTurn();
    const { queue, kinds, writer, outcomes, maxLineBytes, signal, parseElsewhere } = this.#options;
    signal.throwIfAborted();
    const index = this.#index;
    this.#index += 1;
    const bytes = line === TOO_LONG ? 0 : line.length;
    const settle = queue.add(bytes);
    const read = await readItem(line, maxLineBytes, parseElsewhere);
    // Parsing elsewhere may take long: nothing is written for a client that left meanwhile.
    const error = signal.aborted ? endOf(signal) : 'error' in read ? read.error : undefined;
    if ('error' in read || error !== undefined) {
      outcomes.fail({ index, id: 'error' in read ? read.id : read.item.id, settle }, error);
      return;
    }
    const order = { index, id: read.item.id, bytes, settle };
    try {
      writer.write({ ...order, task: planItem(kinds, read.item) });
    } catch (error) {
      if (!(error instanceof StatusError)) {
        throw error;
      }
      outcomes.fail(order, error);
    }
  }

  /** Room for one more item, and a turn for the process's other requests. */
  async #waitForTurn(): Promise<void> {
    const { queue, writer, signal } = this.#options;
    if (queue.isFull) {
      writer.flush();
      await queue.room(signal);
    }
    await this.#takeTurn();
  }

  async #takeTurn(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() >= this.#turnEnds) {
      await nextTurn();
      this.#turnEnds = clock.monotonic() + TURN_MS;
    }
  }
}
