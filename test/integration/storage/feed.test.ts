import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/storage/object-store.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create, remove, update } from './writes.ts';

const fixture = storageFixture();

/** What the change log says, as the feed must tell it. */
const summary = ({ revision, type, object }: Change) => `${revision} ${type} ${object.name}`;

describe('the feed', () => {
  it('delivers every change once, in order, without a gap, in every process, while several write', async () => {
    const storages = await Promise.all([fixture.open(), fixture.open(), fixture.open()]);
    const from = await storages[0]!.objects.currentRevision();
    const early = storages.map(({ feed }) => record(feed, from));
    const writing = storages.map(async ({ objects }, process) => {
      for (let round = 0; round < 40; round += 1) {
        const names = Array.from({ length: 1 + (round % 7) }, (_, i) => `w${process}-${round}-${i}`);
        await Promise.all(names.map((name) => objects.commit(create(name))));
        const found = await objects.getMany(
          'pods',
          names.map((name) => ({ namespace: 'default', name })),
        );
        await objects.commitAll(
          found.map((pod, i) => (i % 2 === 0 ? update(pod, { labels: { round: 'x' } }) : remove(pod))),
        );
      }
    });
    await until(() => storages[1]!.feed.revision > from + 100);
    const late = storages.map(({ feed }) => record(feed, from));
    await Promise.all(writing);
    const last = await storages[0]!.objects.currentRevision();
    const recordings = [...early, ...late];
    await until(
      () => recordings.every(({ revisions }) => revisions.at(-1) === last),
      () => `revisions ${recordings.map(({ revisions }) => revisions.at(-1))} of ${last}`,
    );
    const log = await fixture.sql<{ revision: string; type: string; name: string }>(
      'SELECT revision, type, name FROM change_log WHERE revision > $1 ORDER BY revision',
      [from],
    );
    const expected = log.map(({ revision, type, name }) => `${revision} ${type} ${name}`);
    expect(log.map(({ revision }) => Number(revision))).toEqual(
      Array.from({ length: last - from }, (_, i) => from + i + 1),
    );
    for (const recording of recordings) {
      expect(recording.failure()).toBeUndefined();
      expect(recording.changes.map(summary)).toEqual(expected);
      await recording.stop();
    }
  });

  it('tells the same change from memory, from the tailer and from the log', async () => {
    const [writer, other] = await Promise.all([fixture.open(), fixture.open()]);
    const from = await writer!.objects.currentRevision();
    const live = [record(writer!.feed, from), record(other!.feed, from)];
    const fields = { 'spec.nodeName': 'n', odd: '\0' };
    await writer!.objects.commit(create('same', { labels: { a: '1' }, fields }));
    const first = (await writer!.objects.get('pods', 'default', 'same'))!;
    await writer!.objects.commit(update(first, { labels: { a: '2' } }));
    const second = (await writer!.objects.get('pods', 'default', 'same'))!;
    await writer!.objects.commit(update(second, { body: second.body.replace('}}', '},"spec":{}}') }));
    const third = (await writer!.objects.get('pods', 'default', 'same'))!;
    await writer!.objects.commit(remove(third));
    const reopened = await fixture.open();
    const recordings = [...live, record(reopened.feed, from)];
    await until(() => recordings.every(({ changes }) => changes.length === 4));
    const [memory, ...others] = recordings.map(({ changes }) => changes);
    expect(memory!.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
    expect(memory!.map(({ previous }) => previous)).toEqual([
      undefined,
      { labels: { a: '1' }, fields: { 'spec.nodeName': 'n', odd: '\ufffd' } },
      undefined,
      undefined,
    ]);
    for (const changes of others) {
      expect(changes).toEqual(memory);
    }
    await Promise.all(recordings.map(({ stop }) => stop()));
  });

  it('moves readers of other resources on, with empty batches', async () => {
    const { objects, feed } = await fixture.open();
    const recording = record(feed, feed.revision, ['nodes']);
    await objects.commit(create('not-a-node'));
    const revision = await objects.currentRevision();
    await until(() => recording.revisions.at(-1) === revision);
    expect(recording.changes).toEqual([]);
    await recording.stop();
  });

  it('waits for a revision that only another process has published, and refuses one from the future', async () => {
    const [writer, reader] = await Promise.all([fixture.open(), fixture.open()]);
    const writes = await writer!.objects.commitAll([create('ahead-1'), create('ahead-2')]);
    const [first] = writes;
    const recording = record(reader!.feed, first!.ok ? first!.revision : 0);
    await until(() => recording.changes.length === 1);
    expect(recording.changes[0]!.object.name).toBe('ahead-2');
    await recording.stop();
    const future = record(reader!.feed, 1_000_000);
    const failure = await until(() => future.failure());
    expect(failure).toMatchObject({
      reason: 'Timeout',
      message: expect.stringContaining('Too large resource version: 1000000, current: '),
    });
  });

  it('gives a reader that does not keep up all it missed, from the log, and leaves the others alone', async () => {
    const { objects, feed } = await fixture.open();
    const from = feed.revision;
    const stop = new AbortController();
    const slow = feed.changes({ from, resources: new Set(['pods']), signal: stop.signal })[Symbol.asyncIterator]();
    const firstBatch = slow.next();
    await setImmediate();
    await objects.commit(create('wake'));
    const seen = (await firstBatch).value!.changes.map(({ object }: Change) => object.name);
    const steady = record(feed, from);
    // More than the feed keeps in memory.
    const text = 'x'.repeat(1_000_000);
    const names = Array.from({ length: 40 }, (_, i) => `slow-${i}`);
    for (const name of names) {
      await objects.commit(create(name, { body: JSON.stringify({ metadata: { name }, text }) }));
    }
    await until(() => steady.changes.length === 41);
    while (seen.length < 41) {
      seen.push(...(await slow.next()).value!.changes.map(({ object }: Change) => object.name));
    }
    expect(seen).toEqual(['wake', ...names]);
    stop.abort();
    await steady.stop();
  });

  it('ends readers when their signal aborts and when the storage closes', async () => {
    const storage = await fixture.open();
    const stopped = record(storage.feed, storage.feed.revision);
    await setImmediate();
    await stopped.stop();
    const open = record(storage.feed, storage.feed.revision);
    await setImmediate();
    await storage.close();
    await open.stop();
    expect([stopped.failure(), open.failure()]).toEqual([undefined, undefined]);
  });

  it('carries on after its connections were cut, poll or no poll', async () => {
    const [writer, reader] = await Promise.all([fixture.open(), fixture.open()]);
    const from = await writer!.objects.currentRevision();
    const recording = record(reader!.feed, from);
    for (let i = 0; i < 5; i += 1) {
      await fixture.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name IN ('flotilla listener', 'flotilla reader')`,
      );
      await writer!.objects.commit(create(`cut-${i}`));
    }
    await until(() => recording.changes.length === 5);
    expect(recording.changes.map(({ object }) => object.name)).toEqual(['cut-0', 'cut-1', 'cut-2', 'cut-3', 'cut-4']);
    await recording.stop();
  });
});
