/** Adding due work beside commits, which do the same within `commit_writes`. */
import type { QueryResult } from 'pg';
import { bigintArray, textArray } from './binary-array.ts';
import type { Queries } from './lanes.ts';
import type { DueRef } from './object-store.ts';

/** One row a key at its earliest time: a statement may not touch a row twice. */
function earliest(refs: readonly DueRef[]): Required<DueRef>[] {
  const rows = new Map<string, Required<DueRef>>();
  for (const { shard, key, afterMs = 0 } of refs) {
    const id = `${shard}\0${key}`;
    rows.set(id, { shard, key, afterMs: Math.min(afterMs, rows.get(id)?.afterMs ?? afterMs) });
  }
  return [...rows.values()];
}

/** An earlier time is kept; the version rises, so that a run under way does not settle the row away. */
export function addDue(client: Queries, refs: readonly DueRef[]): Promise<QueryResult> {
  const rows = earliest(refs);
  return client.query({
    name: 'add-due',
    text: `INSERT INTO due AS d (shard, key, at)
           SELECT shard, key, now() + after_ms * interval '1 millisecond'
           FROM unnest($1::text[], $2::text[], $3::bigint[]) AS i (shard, key, after_ms)
           ORDER BY shard COLLATE "C", key COLLATE "C"
           ON CONFLICT (shard, key) DO UPDATE SET at = least(d.at, excluded.at), version = d.version + 1`,
    values: [
      textArray(rows.map(({ shard }) => shard)),
      textArray(rows.map(({ key }) => key)),
      bigintArray(rows.map(({ afterMs }) => Math.round(afterMs))),
    ],
  });
}
