import { expect, it } from 'vitest';
import { changeEntry, type LogEntry } from './log-entry.ts';
import { RecentEntries } from './recent-entries.ts';

const entry = (revision: number, resource = 'pods', body = ''): LogEntry =>
  changeEntry({
    revision,
    type: 'ADDED',
    object: { resource, namespace: '', name: '', uid: '', revision, labels: {}, fields: {}, body },
  });

it('holds the newest, and says when it does not reach back far enough', () => {
  const recent = new RecentEntries(100);
  for (let revision = 101; revision <= 25_100; revision += 1) {
    recent.add(entry(revision));
  }
  const revisions = (after: number, resources?: ReadonlySet<string>) =>
    recent.take(after, 25_100, resources)?.entries.map(({ revision }) => revision);
  expect(revisions(25_100)).toEqual([]);
  expect(revisions(25_000)).toEqual(Array.from({ length: 100 }, (_, i) => 25_001 + i));
  expect(recent.take(25_000, 25_010, undefined)?.entries).toHaveLength(10);
  expect(revisions(100)).toBeUndefined();
  expect(revisions(25_000, new Set(['nodes']))).toEqual([]);
  recent.clear(30_000);
  expect(revisions(29_999)).toBeUndefined();
  expect(revisions(30_000)).toEqual([]);
});

it('knows of a resource that it did not change, however long ago, but not from before it began', () => {
  const recent = new RecentEntries(100);
  recent.add(entry(101, 'nodes'));
  for (let revision = 102; revision <= 25_100; revision += 1) {
    recent.add(entry(revision));
  }
  const nodes = new Set(['nodes']);
  expect(recent.take(101, 25_100, nodes)).toEqual({ revision: 25_100, entries: [], bytes: 0 });
  expect(recent.take(100, 25_100, nodes)).toBeUndefined();
  expect(recent.take(100, 25_100, new Set(['leases']))?.entries).toEqual([]);
  expect(recent.take(99, 25_100, new Set(['leases']))).toBeUndefined();
});

it('gives a batch at a time, by number and by bytes, without a gap between them', () => {
  for (const body of ['', 'x'.repeat(100_000)]) {
    const recent = new RecentEntries(0);
    for (let revision = 1; revision <= 1_500; revision += 1) {
      recent.add(entry(revision, revision % 3 === 0 ? 'nodes' : 'pods', body));
    }
    const from = body === '' ? 0 : 1_450;
    const seen: number[] = [];
    for (let at = from; at < 1_500; ) {
      const taken = recent.take(at, 1_500, new Set(['pods']));
      expect(taken?.entries.length).toBeLessThanOrEqual(body === '' ? 500 : 3);
      seen.push(...(taken?.entries.map(({ revision }) => revision) ?? []));
      expect(taken?.revision).toBeGreaterThan(at);
      at = taken?.revision ?? Number.POSITIVE_INFINITY;
    }
    expect(seen).toEqual(Array.from({ length: 1_500 - from }, (_, i) => from + i + 1).filter((n) => n % 3 !== 0));
  }
});
