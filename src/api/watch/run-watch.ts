/**
 * watch/: changes of one collection, as they happen, over HTTP or a WebSocket. Registry in, bytes out; the two
 * transports differ in their sink alone. May import registry contracts, timing, errors. Never skips an event: a client
 * that reads too slowly is cut off and resumes from its last resourceVersion.
 */
import { internalError, StatusError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import type { Rendering } from '../render/rendering.ts';
import type { Lifetime } from '../server/lifetime.ts';
import { bookmarkLine, type EncodeEvent, errorLine, initialEndLine } from './event-line.ts';
import type { WatchRequest } from './watch-request.ts';
import type { WatchStep } from './watch-steps.ts';

/** Where the lines go. Neither call throws. */
export interface WatchSink {
  /** All lines in one write. Resolves when the socket took them or is gone. */
  send(lines: readonly Buffer[]): Promise<void>;
  /** Bytes that the client has not taken yet. */
  readonly pendingBytes: number;
  /** The end of an orderly watch. */
  end(): void;
  /** Cuts a client off. */
  destroy(): void;
}

export interface OpenWatch {
  readonly request: WatchRequest;
  readonly steps: AsyncIterable<WatchStep>;
  readonly rendering: Rendering;
  readonly encode: EncodeEvent;
  readonly lifetime: Lifetime;
}

export interface WatchTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Above it a watcher is sent no more until it has read. What comes meanwhile waits in the feed, where all watchers share
 * it: 200 stuck watchers with 8 MiB each took 5 GB, as TLS holds the bytes once more.
 */
const MAX_PENDING_BYTES = 1024 * 1024;
/** How long one may take for that before it is cut off. */
const DRAIN_MS = 15_000;
const BOOKMARK_MS = 30_000;

interface Progress {
  revision: number | undefined;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Resolves false when the life ended first. */
async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  }
}

function linesOf({ request, rendering, encode }: OpenWatch, step: WatchStep): Buffer[] {
  const lines = step.events.map(encode);
  if (step.endsInitial === true && request.marksInitialEnd && step.revision !== undefined) {
    lines.push(initialEndLine(rendering, step.revision));
  }
  return lines;
}

/** Few enough bytes a write that one batch, however large, never counts as unread by itself. */
function* chunksOf(lines: readonly Buffer[]): Generator<Buffer[]> {
  let chunk: Buffer[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (chunk.length > 0 && bytes + line.length > MAX_PENDING_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(line);
    bytes += line.length;
  }
  if (chunk.length > 0) {
    yield chunk;
  }
}

/** False when the client did not read in time. */
async function drained(sent: Promise<void>, clock: Clock, over: Promise<void>): Promise<boolean> {
  const waiting = new AbortController();
  try {
    const late = slept(clock, DRAIN_MS, waiting.signal).then((isLate) => !isLate);
    return await Promise.race([sent.then(() => true), over.then(() => true), late]);
  } finally {
    waiting.abort();
  }
}

async function deliver(
  watch: OpenWatch,
  sink: WatchSink,
  progress: Progress,
  clock: Clock,
  over: Promise<void>,
): Promise<void> {
  const { signal } = watch.lifetime;
  for await (const step of watch.steps) {
    const isPage = step.revision === undefined || step.endsInitial === true;
    // No bookmark between the chunks of a step: it would be behind what was delivered.
    progress.revision = undefined;
    for (const chunk of chunksOf(linesOf(watch, step))) {
      if (signal.aborted) {
        return;
      }
      const sent = sink.send(chunk);
      if (isPage) {
        await Promise.race([sent, over]);
      } else if (sink.pendingBytes > MAX_PENDING_BYTES && !(await drained(sent, clock, over))) {
        sink.destroy();
        return;
      }
    }
    if (signal.aborted) {
      return;
    }
    progress.revision = step.revision;
  }
}

async function sendBookmarks(watch: OpenWatch, sink: WatchSink, progress: Progress, tools: WatchTools): Promise<void> {
  const { signal } = watch.lifetime;
  while (watch.request.bookmarks && (await slept(tools.clock, BOOKMARK_MS * (1 + tools.random.next()), signal))) {
    sendBookmark(watch, sink, progress);
  }
}

/** Never in the middle of the initial events: a client would resume from there and miss the rest. */
function sendBookmark({ request, rendering }: OpenWatch, sink: WatchSink, { revision }: Progress): void {
  if (request.bookmarks && revision !== undefined) {
    void sink.send([bookmarkLine(rendering, revision)]);
  }
}

async function endInTime(watch: OpenWatch, sink: WatchSink, progress: Progress, clock: Clock): Promise<void> {
  if (await slept(clock, watch.request.timeoutMs, watch.lifetime.signal)) {
    sendBookmark(watch, sink, progress);
    watch.lifetime.end();
  }
}

/** The last word of a watch that failed. */
function sendFailure(error: unknown, sink: WatchSink, logger: Logger): void {
  const failure = error instanceof StatusError ? error : internalError(error);
  if (failure.code === 500) {
    logger.error({ err: failure.cause ?? failure }, 'watch failed');
  }
  void sink.send([errorLine(failure.toStatus())]);
}

/** Resolves when the watch is over; never rejects. */
export async function runWatch(watch: OpenWatch, sink: WatchSink, tools: WatchTools): Promise<void> {
  const { lifetime } = watch;
  const progress: Progress = { revision: watch.request.from };
  const timers = [endInTime(watch, sink, progress, tools.clock), sendBookmarks(watch, sink, progress, tools)];
  try {
    await deliver(watch, sink, progress, tools.clock, aborted(lifetime.signal));
  } catch (error) {
    if (!lifetime.signal.aborted) {
      sendFailure(error, sink, tools.logger);
    }
  } finally {
    lifetime.end();
    await Promise.all(timers);
    sink.end();
  }
}
