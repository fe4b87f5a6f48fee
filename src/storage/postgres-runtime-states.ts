/** State of runtimes that exist only in Flotilla (the RuntimeStateStore contract of runtimes/). */
import { textArray } from './binary-array.ts';
import type { Queries } from './lanes.ts';

interface StateRow {
  readonly uid: string;
  readonly state: string;
}
interface StateChange {
  readonly uid: string;
  readonly nodeName: string;
  readonly state: string | undefined;
  readonly expected: string | undefined;
}

export class PostgresRuntimeStates {
  readonly #work: Queries;

  constructor(work: Queries) {
    this.#work = work;
  }

  async load(runtime: string, uids: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.#work.query<StateRow>({
      name: 'load-states',
      text: 'SELECT uid, state FROM runtime_states WHERE runtime = $1 AND uid = ANY ($2::text[])',
      values: [runtime, textArray(uids)],
    });
    return toMap(rows);
  }

  async loadByNodes(runtime: string, nodeNames: readonly string[] | undefined): Promise<Map<string, string>> {
    const { rows } = await this.#work.query<StateRow>({
      name: 'load-node-states',
      text: `SELECT uid, state FROM runtime_states
             WHERE runtime = $1 AND ($2::text[] IS NULL OR node_name = ANY ($2::text[]))`,
      values: [runtime, nodeNames === undefined ? null : textArray(nodeNames)],
    });
    return toMap(rows);
  }

  /** Compare-and-set, row by row, in one statement; the uids that were refused. */
  async save(runtime: string, changes: readonly StateChange[]): Promise<string[]> {
    if (changes.length === 0) {
      return [];
    }
    const { rows } = await this.#work.query<{ uid: string }>({
      name: 'save-states',
      text: `WITH input AS (
               SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS i (uid, node_name, state, expected)
             ), found AS MATERIALIZED (
               SELECT s.uid FROM runtime_states s JOIN input i ON s.uid = i.uid AND s.state = i.expected
               WHERE s.runtime = $1 ORDER BY s.uid FOR UPDATE OF s
             ), updated AS (
               UPDATE runtime_states s SET state = i.state, node_name = i.node_name FROM input i
               WHERE s.runtime = $1 AND s.uid = i.uid AND i.state IS NOT NULL AND i.uid IN (SELECT uid FROM found)
             ), deleted AS (
               DELETE FROM runtime_states s USING input i
               WHERE s.runtime = $1 AND s.uid = i.uid AND i.state IS NULL AND i.uid IN (SELECT uid FROM found)
             ), inserted AS (
               INSERT INTO runtime_states (runtime, uid, node_name, state)
               SELECT $1, uid, node_name, state FROM input WHERE expected IS NULL AND state IS NOT NULL ORDER BY uid
               ON CONFLICT DO NOTHING RETURNING uid
             )
             SELECT uid FROM input i WHERE uid NOT IN (SELECT uid FROM found UNION ALL SELECT uid FROM inserted)
               AND (expected IS NOT NULL OR state IS NOT NULL
                 OR EXISTS (SELECT FROM runtime_states s WHERE s.runtime = $1 AND s.uid = i.uid))`,
      values: [
        runtime,
        textArray(changes.map(({ uid }) => uid)),
        textArray(changes.map(({ nodeName }) => nodeName)),
        textArray(changes.map(({ state }) => state ?? null)),
        textArray(changes.map(({ expected }) => expected ?? null)),
      ],
    });
    return rows.map(({ uid }) => uid);
  }
}

const toMap = (rows: readonly StateRow[]): Map<string, string> => new Map(rows.map(({ uid, state }) => [uid, state]));
