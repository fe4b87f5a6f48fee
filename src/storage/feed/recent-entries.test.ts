import { expect, it } from 'vitest';
import { changeEntry, type LogEntry } from './log-entry.ts';
import { RecentEntries } from './recent-entries.ts';

const entry = (revision: number): LogEntry =>
  changeEntry({
    revision,
    type: 'ADDED',
    object: { resource: 'pods', namespace: '', name: '', uid: '', revision, labels: {}, fields: {}, body: '' },
  });

it('holds the newest, and says when it does not reach back far enough', () => {
  const recent = new RecentEntries(100);
  for (let revision = 101; revision <= 25_100; revision += 1) {
    recent.add(entry(revision));
  }
  expect(recent.since(25_100, undefined)).toEqual([]);
  expect(recent.since(99_999, undefined)).toEqual([]);
  expect(recent.since(25_000, undefined)?.map(({ revision }) => revision)).toEqual(
    Array.from({ length: 100 }, (_, i) => 25_001 + i),
  );
  expect(recent.since(100, undefined)).toBeUndefined();
  expect(recent.since(25_000, new Set(['nodes']))).toEqual([]);
  recent.clear(30_000);
  expect(recent.since(29_999, undefined)).toBeUndefined();
  expect(recent.since(30_000, undefined)).toEqual([]);
});
