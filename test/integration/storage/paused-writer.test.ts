import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientConfig } from '../../../src/storage/connection.ts';
import { storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();

describe('a process that is paused in the midst of a commit', () => {
  it('holds the others up for seconds, and its transaction is gone', async () => {
    const storage = await fixture.open();
    const paused = new pg.Client(clientConfig(fixture.url, 'paused'));
    let lost: Error | undefined;
    paused.on('error', (error) => {
      lost ??= error;
    });
    onTestFinished(() => paused.end());
    await paused.connect();
    await paused.query('BEGIN');
    await paused.query('UPDATE revisions SET current = current + 100');

    const before = await storage.objects.currentRevision();
    expect(await storage.objects.commit(create('behind'))).toEqual({ ok: true, revision: before + 1 });
    expect(lost?.message).toContain('idle-in-transaction timeout');
  });
});
