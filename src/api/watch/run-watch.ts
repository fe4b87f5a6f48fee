/**
 * watch/: changes of one collection, as they happen, over HTTP or a WebSocket. Registry in, bytes out; the two
 * transports differ in their sink alone. May import registry contracts, timing, errors. Never skips an event: a client
 * that reads too slowly is cut off and resumes from its last resourceVersion.
 */
import { internalError, StatusError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import type { Lifetime } from '../server/lifetime.ts';
import { CHUNK_BYTES, type EventEncoder } from './event-encoder.ts';
import type { WatchRequest } from './watch-request.ts';
import type { WatchStep } from './watch-steps.ts';

/** Where the bytes go. Neither call throws. */
export interface WatchSink {
  /** One write of whole events, maybe shared with other sinks. Resolves when the socket took it or is gone. */
  send(bytes: Buffer): Promise<void>;
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
  readonly encoder: Pick<EventEncoder, 'prepare' | 'events' | 'bookmark' | 'initialEnd' | 'error'>;
  readonly lifetime: Lifetime;
}

export interface WatchTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Above it a watcher is sent no more until it has read. What comes meanwhile waits in the feed, where all watchers share
 * it, or in the change log: so a watcher that never reads costs this much and a chunk, which TLS holds once more.
 */
const MAX_PENDING_BYTES = CHUNK_BYTES;
/** How long one may take for that before it is cut off. */
const DRAIN_MS = 15_000;
const BOOKMARK_MS = 30_000;

interface Progress {
  revision: number | undefined;
}

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

/** What is written for a step, in order. */
function* writesOf({ request, encoder }: OpenWatch, step: WatchStep): Generator<Buffer> {
  yield* encoder.events(step.events);
  if (step.endsInitial === true && request.marksInitialEnd && step.revision !== undefined) {
    yield encoder.initialEnd(step.revision);
  }
}

/** False when the client did not read in time. Nothing of the wait stays with the signal, which lives as long as the watch. */
async function drained(sent: Promise<void>, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) {
    stop();
  }
  void sent.then(stop);
  try {
    return !(await slept(clock, DRAIN_MS, waiting.signal));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function deliver(watch: OpenWatch, sink: WatchSink, progress: Progress, clock: Clock): Promise<void> {
  const { signal } = watch.lifetime;
  for await (const step of watch.steps) {
    const isPage = step.revision === undefined || step.endsInitial === true;
    // No bookmark between the writes of a step: it would be behind what was delivered.
    progress.revision = undefined;
    await watch.encoder.prepare(step.events);
    for (const bytes of writesOf(watch, step)) {
      if (signal.aborted) {
        return;
      }
      const sent = sink.send(bytes);
      // What exists is read no faster than the client takes it.
      const mustWait = isPage || sink.pendingBytes > MAX_PENDING_BYTES;
      if (mustWait && !(await drained(sent, clock, signal))) {
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
function sendBookmark({ request, encoder }: OpenWatch, sink: WatchSink, { revision }: Progress): void {
  if (request.bookmarks && revision !== undefined) {
    void sink.send(encoder.bookmark(revision));
  }
}

async function endInTime(watch: OpenWatch, sink: WatchSink, progress: Progress, clock: Clock): Promise<void> {
  if (await slept(clock, watch.request.timeoutMs, watch.lifetime.signal)) {
    sendBookmark(watch, sink, progress);
    watch.lifetime.end();
  }
}

/** The last word of a watch that failed. */
function sendFailure({ encoder }: OpenWatch, error: unknown, sink: WatchSink, logger: Logger): void {
  const failure = error instanceof StatusError ? error : internalError(error);
  if (failure.code === 500) {
    logger.error({ err: failure.cause ?? failure }, 'watch failed');
  }
  void sink.send(encoder.error(failure.toStatus()));
}

/** Resolves when the watch is over; never rejects. */
export async function runWatch(watch: OpenWatch, sink: WatchSink, tools: WatchTools): Promise<void> {
  const { lifetime } = watch;
  const progress: Progress = { revision: watch.request.from };
  const timers = [endInTime(watch, sink, progress, tools.clock), sendBookmarks(watch, sink, progress, tools)];
  try {
    await deliver(watch, sink, progress, tools.clock);
  } catch (error) {
    if (!lifetime.signal.aborted) {
      sendFailure(watch, error, sink, tools.logger);
    }
  } finally {
    lifetime.end();
    await Promise.all(timers);
    sink.end();
  }
}
