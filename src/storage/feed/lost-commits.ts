/** A failover to a standby that lacked the last commits: the counter stands behind revisions that were seen here. */
import type { Pool } from 'pg';

/** As far as `flotilla bump-revision` goes when nothing else is said. */
const REVISION_LEAP = 1_000_000_000;

/**
 * Lets the counter jump ahead of `seen`, with all history compacted, unless another process or an operator did. Returns
 * the revision that the next write follows; undefined: nothing is lost any more.
 */
export async function leapAhead(pool: Pool, seen: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ current: number }>({
    name: 'leap-ahead',
    text: 'UPDATE revisions SET current = $1::bigint + $2, compacted = $1::bigint + $2 WHERE current < $1 RETURNING current',
    values: [seen, REVISION_LEAP],
  });
  return rows[0]?.current;
}
