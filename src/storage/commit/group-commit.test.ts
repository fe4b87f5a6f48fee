import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { seededRandom } from '../../timing/random.ts';
import type { Write, WriteResult } from '../object-store.ts';
import { GroupCommit } from './group-commit.ts';

const MIB = 1024 * 1024;
const writesOf = (count: number, body = '{}'): Write[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ op: 'create', resource: 'pods', namespace: 'default', name: `p${at}`, uid: `${at}`, ownerUids: [] },
    ...{ controllerUid: '', body, labels: {}, fields: {} },
  }));

/** A database that answers nothing until it is told to fail. */
function stuckCommit() {
  let fail: () => void = () => undefined;
  const stuck = new Promise<never>((_, reject) => (fail = () => reject(new Error('gone'))));
  const pool = { connect: () => stuck } as unknown as Pool;
  const commits = new GroupCommit({
    ...{ pool, clock: new ManualClock(), random: seededRandom(1), origin: 'test' },
    ...{ extendLog: async () => undefined, onCommitted: () => undefined },
  });
  return { commits, fail: () => fail() };
}

/** `waits`, or what it was refused with at once. */
async function outcome(answer: Promise<WriteResult[]>): Promise<string> {
  const turn = new Promise<string>((resolve) => setImmediate(() => resolve('waits')));
  const refused = answer.then(
    () => 'written',
    (error: { reason: string }) => error.reason,
  );
  return Promise.race([refused, turn]);
}

describe('writes that wait for the database', () => {
  it('are as many as before while thousands wait to be written together, and those count as one', async () => {
    const { commits, fail } = stuckCommit();
    const group = (count: number, body?: string) =>
      outcome(commits.commitAll(writesOf(count, body), { dryRun: false }));
    const alone = (count: number) => outcome(commits.commitAll(writesOf(count)));
    // The first is under way, the second waits.
    expect(await group(10_000)).toBe('waits');
    expect(await group(10_000)).toBe('waits');
    expect(await alone(9_998)).toBe('waits');
    expect(await alone(1)).toBe('waits');
    expect(await alone(1)).toBe('TooManyRequests');
    expect(await group(2)).toBe('TooManyRequests');
    fail();
    await commits.close();
  });

  it('together have bytes of their own', async () => {
    const { commits, fail } = stuckCommit();
    const body = 'x'.repeat(MIB);
    const group = () => outcome(commits.commitAll(writesOf(32, body), { dryRun: false }));
    expect([await group(), await group(), await group()]).toEqual(['waits', 'waits', 'TooManyRequests']);
    expect(await outcome(commits.commitAll(writesOf(1)))).toBe('waits');
    fail();
    await commits.close();
  });

  it('are taken again when the database has answered', async () => {
    const { commits, fail } = stuckCommit();
    const large = outcome(commits.commitAll(writesOf(64, 'x'.repeat(MIB)), { dryRun: true }));
    const other = outcome(commits.commitAll(writesOf(1), { dryRun: true }));
    expect([await large, await other]).toEqual(['waits', 'TooManyRequests']);
    fail();
    await expect.poll(() => outcome(commits.commitAll(writesOf(1), { dryRun: true }))).not.toBe('TooManyRequests');
    await commits.close();
  });
});
