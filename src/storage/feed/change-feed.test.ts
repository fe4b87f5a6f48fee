import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../object-store.ts';
import { PostgresChangeFeed } from './change-feed.ts';
import type { ChangeLog, History, HistoryBounds } from './change-log.ts';
import { changeEntry, type LogEntry } from './log-entry.ts';

const changeAt = (revision: number): Change => ({
  revision,
  type: 'ADDED',
  object: {
    ...{ resource: revision % 3 === 0 ? 'nodes' : 'pods', namespace: '', name: `o${revision}`, uid: '', revision },
    ...{ labels: {}, fields: {}, body: '{}' },
  },
});
const entries = (from: number, to: number): LogEntry[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => changeEntry(changeAt(from + i + 1)));

/** A log that holds everything up to `current`, with reads that end whenever the test's scheduler says. */
function fakeLog(current: () => number, pause: () => Promise<void>): ChangeLog {
  const read = async (after: number, upTo: number, bounds: HistoryBounds): Promise<History> => {
    const found = entries(after, Math.min(upTo, current())).slice(0, bounds.entries);
    const snapshot = {
      current: current(),
      compacted: 0,
      entries: found,
      isCut: found.length === bounds.entries,
    };
    await pause();
    return snapshot;
  };
  return { read, revisions: async () => ({ current: current(), compacted: 0 }) } as unknown as ChangeLog;
}

describe('PostgresChangeFeed', () => {
  it('gives every reader all that follows its revision, in order, once, however publishing interleaves', async () => {
    const publications = fc.array(
      fc.record({ from: fc.integer({ min: -5, max: 2 }), size: fc.integer({ min: 1, max: 6 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.nat(40),
        fc.nat(40),
        publications,
        async (scheduler, start, from, published) => {
          let current = Math.max(start, from);
          const feed = new PostgresChangeFeed(
            fakeLog(
              () => current,
              () => scheduler.schedule(Promise.resolve()),
            ),
            { current: start, compacted: 0 },
            () => undefined,
          );
          const controller = new AbortController();
          const seen: number[] = [];
          let bookmark = from;
          const reading = (async () => {
            for await (const batch of feed.changes({ from, signal: controller.signal })) {
              seen.push(...batch.changes.map(({ revision }) => revision));
              expect(batch.revision).toBeGreaterThanOrEqual(Math.max(bookmark, seen.at(-1) ?? 0));
              bookmark = batch.revision;
              if (bookmark >= current + 1_000) {
                break;
              }
            }
          })();
          // Batches that overlap what was published, continue it, or leave a gap (and must be refused).
          scheduler.scheduleSequence(
            published.map(({ from: offset, size }) => async () => {
              const first = Math.max(0, feed.revision + offset);
              const isAccepted = feed.publish(entries(first, first + size));
              expect(isAccepted).toBe(first <= feed.revision);
              current = Math.max(current, feed.revision);
            }),
          );
          await scheduler.waitAll();
          feed.publish(entries(feed.revision, current + 1));
          const end = feed.revision;
          while (bookmark < end) {
            await scheduler.waitAll();
            await new Promise((resolve) => setImmediate(resolve));
          }
          controller.abort();
          await reading;
          expect(seen).toEqual(Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i + 1));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does not keep the history that a reader has caught up on', async () => {
    const current = 20_000;
    let reads = 0;
    const large = (revision: number): LogEntry => ({ ...changeEntry(changeAt(revision)), bytes: 4_096 });
    const read = async (after: number, upTo: number, bounds: HistoryBounds): Promise<History> => {
      reads += 1;
      const last = Math.min(upTo, after + bounds.entries);
      const found = Array.from({ length: last - after }, (_, i) => large(after + i + 1));
      return { current, compacted: 0, entries: found, isCut: last < upTo };
    };
    const log = { read, revisions: async () => ({ current, compacted: 0 }) } as unknown as ChangeLog;
    const feed = new PostgresChangeFeed(log, { current, compacted: 0 }, () => undefined);
    const catchUp = async (): Promise<void> => {
      const stop = new AbortController();
      for await (const { revision } of feed.changes({ from: 0, signal: stop.signal })) {
        if (revision === current) {
          stop.abort();
        }
      }
    };
    await catchUp();
    expect(reads).toBe(40);
    // Of 80 MB some 4 may be there still: who comes next reads nearly all of it anew.
    await catchUp();
    expect(reads).toBeGreaterThan(70);
  });

  it('gives the same batch to all who are equally far, one round at a time', async () => {
    let current = 0;
    const log = fakeLog(
      () => current,
      async () => undefined,
    );
    const feed = new PostgresChangeFeed(log, { current, compacted: 0 }, () => undefined);
    const stops = Array.from({ length: 200 }, () => new AbortController());
    const batches = new Map<object, number>();
    let seen = 0;
    const readers = stops.map(async ({ signal }) => {
      for await (const batch of feed.changes({ from: 0, resources: new Set(['pods']), signal })) {
        batches.set(batch, (batches.get(batch) ?? 0) + 1);
        seen += batch.changes.length;
      }
    });
    await new Promise((resolve) => setImmediate(resolve));
    const publish = (): void => {
      feed.publish(entries(current, current + 1));
      current = feed.revision;
    };
    // A round of so many takes several turns of the loop: what is published meanwhile must not divide them.
    while (current < 50) {
      publish();
      await new Promise((resolve) => setImmediate(resolve));
    }
    publish();
    const pods = entries(0, current).filter(({ resource }) => resource === 'pods').length;
    while (seen < stops.length * pods) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([...batches.values()]).toEqual([...batches.values()].map(() => stops.length));
    expect(batches.size).toBeLessThan(25);
    for (const stop of stops) {
      stop.abort();
    }
    await Promise.all(readers);
  });
});
