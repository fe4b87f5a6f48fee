import { describe, expect, inject, it } from 'vitest';
import { runCommand } from '../../support/command-line.ts';
import { execute, uniqueName, urlOf } from '../../support/template-database.ts';
import { until } from '../../support/until.ts';
import { record, storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();
const PODS = { resource: 'pods' };
const server = inject('databaseServer');
const nameOf = (url: string): string => new URL(url).pathname.slice(1);

describe('flotilla bump-revision', () => {
  it('makes a restored database continue above all that clients have seen, with 410 for what they watched', async () => {
    const original = await fixture.open();
    await original.objects.commitAll([create('a'), create('b')]);
    await original.close();
    const backup = uniqueName('backup');
    await execute(server, `create database ${backup} template ${nameOf(fixture.url)}`);
    const later = await fixture.open();
    await later.objects.commitAll([create('lost-1'), create('lost-2'), create('lost-3')]);
    const seen = later.feed.revision;
    await later.close();

    const url = urlOf(server, backup);
    const { code, stdout } = await runCommand(['bump-revision', '-o', 'json'], { DATABASE_URL: url });
    expect(code).toBe(0);
    const { revision } = JSON.parse(stdout) as { revision: number };
    expect(revision).toBe(1_000_000_002);
    const restored = await fixture.open({ url });
    expect(restored.feed.oldestRevision).toBe(revision);
    for (const from of [1, seen, revision - 1]) {
      const watch = record(restored.feed, from);
      expect(await until(() => watch.failure())).toMatchObject({
        ...{ code: 410, reason: 'Expired', message: `too old resource version: ${from} (${revision})` },
      });
    }
    const { items, ...listed } = await restored.objects.list(PODS);
    expect(listed.revision).toBe(revision);
    expect(items.map(({ name }) => name)).toEqual(['a', 'b']);
    const watch = record(restored.feed, revision);
    expect(await restored.objects.commit(create('c'))).toEqual({ ok: true, revision: revision + 1 });
    await until(() => watch.changes.length === 1);
    await watch.stop();
    await restored.close();
    await execute(server, `drop database ${backup} with (force)`);
  });

  it('makes the watches of processes that run start anew, as a failover needs it', async () => {
    const storage = await fixture.open();
    const watch = record(storage.feed, storage.feed.revision);
    expect((await runCommand(['bump-revision', '--by', '5000'], { DATABASE_URL: fixture.url })).code).toBe(0);
    expect(await until(() => watch.failure())).toMatchObject({ code: 410 });
    await storage.objects.commit(create('afterwards'));
    await until(() => storage.feed.revision > 5_000);
  });

  it('is done by the processes that run, where they see that the database has lost commits', async () => {
    const [storage, other] = [await fixture.open(), await fixture.open()];
    await storage.objects.commitAll([create('kept'), create('lost')]);
    const seen = storage.feed.revision;
    await until(() => other.feed.revision === seen);
    const watches = [record(storage.feed, seen), record(other.feed, seen)];
    await fixture.sql('DELETE FROM change_log WHERE revision = $1', [seen]);
    await fixture.sql("DELETE FROM objects WHERE name = 'lost'");
    await fixture.sql('UPDATE revisions SET current = $1', [seen - 1]);
    for (const watch of watches) {
      expect(await until(() => watch.failure())).toMatchObject({ code: 410 });
    }
    const { revision } = await storage.objects.list(PODS);
    expect(revision).toBe(seen + 1_000_000_000);
    const again = record(other.feed, revision);
    expect(await storage.objects.commit(create('next'))).toEqual({ ok: true, revision: revision + 1 });
    await until(() => again.changes.length === 1);
    await again.stop();
  });

  it('refuses what makes no sense in one line', async () => {
    for (const by of ['0', '-1', 'x', '1.5', '99999999999999999']) {
      expect((await runCommand(['bump-revision', '--by', by], { DATABASE_URL: fixture.url })).code).toBe(2);
    }
    const far = ['bump-revision', '--by', String(Number.MAX_SAFE_INTEGER)];
    const { code, stderr } = await runCommand(far, { DATABASE_URL: fixture.url });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^flotilla: The revision would exceed \d+: .*\n$/)]);
    const empty = uniqueName('empty');
    await execute(server, `create database ${empty}`);
    const refused = await runCommand(['bump-revision'], { DATABASE_URL: urlOf(server, empty) });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/^flotilla: This database has no fleet.*\n$/),
    ]);
    await execute(server, `drop database ${empty} with (force)`);
  });
});
