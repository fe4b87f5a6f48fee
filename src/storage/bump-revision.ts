/**
 * After a restore, or a failover that lost commits, the counter stands behind revisions that clients have seen. It
 * jumps ahead of them, and all history counts as compacted: old watches and tokens get 410 and list anew. Safe beside
 * processes that run, as after a failover: to them it is a compaction that overtook them.
 */
import { StartupError } from '../errors.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { connectForStart } from './connect-for-start.ts';
import { sqlState } from './postgres-errors.ts';

/** Returns the revision that the next write follows. Throws StartupError where there is nothing to bump. */
export async function bumpRevision(
  url: string,
  by: number,
  options: { readonly clock: Clock; readonly random: Random },
): Promise<number> {
  const client = await connectForStart(url, options);
  try {
    const { rows } = await client.query<{ current: number }>(
      `UPDATE revisions SET current = current + $1::bigint, compacted = current + $1::bigint
       WHERE current + $1::bigint <= $2::bigint RETURNING current`,
      [by, Number.MAX_SAFE_INTEGER],
    );
    if (rows[0] === undefined) {
      throw new StartupError(`The revision would exceed ${Number.MAX_SAFE_INTEGER}: give a smaller --by`);
    }
    return rows[0].current;
  } catch (error) {
    throw sqlState(error) === '42P01'
      ? new StartupError('This database has no fleet: restore the backup first, then bump its revision', {
          cause: error,
        })
      : error;
  } finally {
    await client.end();
  }
}
