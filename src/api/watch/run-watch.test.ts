import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { seededRandom } from '../../timing/random.ts';
import { partialRendering } from '../render/partial-rendering.ts';
import { CHUNK_BYTES, EventEncoder } from './event-encoder.ts';
import { LINES } from './framing.ts';
import { type OpenWatch, runWatch, type WatchSink } from './run-watch.ts';
import type { WatchStep } from './watch-steps.ts';

function recordingSink() {
  const log: string[] = [];
  const sink = {
    log,
    pendingBytes: 0,
    send: async (line: Buffer) => {
      log.push((JSON.parse(String(line)) as { type: string }).type);
    },
    end: () => void log.push('end'),
    destroy: () => void log.push('destroy'),
  };
  return sink satisfies WatchSink & { log: string[] };
}

const object = {
  resource: '',
  namespace: '',
  name: 'a',
  uid: 'a',
  revision: 5,
  labels: {},
  fields: {},
  body: '{"metadata":{}}',
};
const changed: WatchStep = { events: [{ type: 'MODIFIED', object }], revision: 5 };

function watchOf(steps: AsyncIterable<WatchStep>, from: number | undefined = 1): OpenWatch {
  const controller = new AbortController();
  return {
    request: { selection: {}, from, bookmarks: true, marksInitialEnd: false, timeoutMs: 100_000 },
    steps,
    encoder: new EventEncoder({ name: 'partial', shape: 'partial', rendering: partialRendering('v1') }, LINES),
    lifetime: { signal: controller.signal, end: () => controller.abort() },
  };
}
const tools = () => ({ clock: new ManualClock(), random: seededRandom(1), logger: silentLogger });

describe('runWatch', () => {
  it('sends no more to a client that leaves too much unread, and cuts it off in the end', async () => {
    const log = recordingSink();
    const sink = { ...log, pendingBytes: 0, send: log.send };
    const given = tools();
    async function* steps(): AsyncGenerator<WatchStep> {
      yield changed;
      sink.pendingBytes = 2 * 1024 * 1024;
      sink.send = async (bytes) => {
        await log.send(bytes);
        return new Promise(() => undefined);
      };
      yield changed;
      yield changed;
    }
    const over = runWatch(watchOf(steps()), sink, given);
    await given.clock.advance(14_000);
    expect(log.log).toEqual(['MODIFIED', 'MODIFIED']);
    await given.clock.advance(2_000);
    await over;
    expect(log.log).toEqual(['MODIFIED', 'MODIFIED', 'destroy', 'end']);
  });

  it('delivers a batch of any size to a client that reads, a part at a time', async () => {
    const writes: number[] = [];
    const sink = {
      ...recordingSink(),
      pendingBytes: 0,
      send: async ({ length }: Buffer) => {
        sink.pendingBytes = length;
        writes.push(length);
        await new Promise((resolve) => setImmediate(resolve));
        sink.pendingBytes = 0;
      },
    };
    const large = { ...object, body: JSON.stringify({ metadata: { annotations: { a: 'x'.repeat(20_000) } } }) };
    async function* steps(): AsyncGenerator<WatchStep> {
      yield { events: Array.from({ length: 40 }, () => ({ type: 'MODIFIED' as const, object: large })), revision: 5 };
    }
    await runWatch(watchOf(steps()), sink, tools());
    expect(writes).toHaveLength(14);
    expect(Math.max(...writes)).toBeLessThanOrEqual(CHUNK_BYTES);
    expect(sink.log).toEqual(['end']);
  });

  it('waits for a slow client while it reads what exists', async () => {
    const sink = recordingSink();
    let taken: () => void = () => undefined;
    const slow: WatchSink = { ...sink, send: () => new Promise((resolve) => (taken = resolve)) };
    let pages = 0;
    async function* steps(): AsyncGenerator<WatchStep> {
      for (;;) {
        pages += 1;
        yield { events: changed.events };
      }
    }
    const watch = watchOf(steps(), undefined);
    const over = runWatch(watch, slow, tools());
    await new Promise((resolve) => setImmediate(resolve));
    expect(pages).toBe(1);
    taken();
    await new Promise((resolve) => setImmediate(resolve));
    expect(pages).toBe(2);
    watch.lifetime.end();
    await over;
  });

  it('cuts off a client that takes nothing of what exists', async () => {
    const log = recordingSink();
    const sink: WatchSink = {
      ...log,
      send: async (bytes) => {
        await log.send(bytes);
        return new Promise(() => undefined);
      },
    };
    const given = tools();
    async function* steps(): AsyncGenerator<WatchStep> {
      yield { events: changed.events };
      yield { events: changed.events };
    }
    const over = runWatch(watchOf(steps(), undefined), sink, given);
    await given.clock.advance(14_000);
    expect(log.log).toEqual(['MODIFIED']);
    await given.clock.advance(2_000);
    await over;
    expect(log.log).toEqual(['MODIFIED', 'destroy', 'end']);
  });

  it('leaves nothing of a wait for the client with the watch', async () => {
    const sink: WatchSink = {
      ...recordingSink(),
      pendingBytes: 2 * CHUNK_BYTES,
      send: () => new Promise((resolve) => setImmediate(resolve)),
    };
    const listeners: number[] = [];
    async function* steps(): AsyncGenerator<WatchStep> {
      for (let turn = 0; turn < 20; turn += 1) {
        yield turn < 10 ? { events: changed.events } : changed;
        listeners.push(getEventListeners(watch.lifetime.signal, 'abort').length);
      }
    }
    const watch = watchOf(steps(), undefined);
    await runWatch(watch, sink, tools());
    expect(new Set(listeners).size).toBe(1);
    expect(listeners).toHaveLength(20);
  });

  it('sends no bookmark in the middle of the initial events', async () => {
    const sink = recordingSink();
    const given = tools();
    async function* steps(): AsyncGenerator<WatchStep> {
      yield { events: changed.events };
      await given.clock.advance(70_000);
      yield { events: [], revision: 9, endsInitial: true };
      await given.clock.advance(70_000);
    }
    await runWatch(watchOf(steps(), undefined), sink, given);
    expect(sink.log.slice(0, 2)).toEqual(['MODIFIED', 'BOOKMARK']);
    expect(sink.log.at(-1)).toBe('end');
  });

  it('tells of a failure of ours without its cause', async () => {
    const lines: string[] = [];
    const sink: WatchSink = { ...recordingSink(), send: async (sent) => void lines.push(String(sent)) };
    const failing: AsyncIterable<WatchStep> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('password')) }),
    };
    await runWatch(watchOf(failing), sink, tools());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"reason":"InternalError"');
    expect(lines[0]).not.toContain('password');
  });
});
