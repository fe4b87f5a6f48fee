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

const STATES = 'SELECT uid, state FROM runtime_states';
const OF_ALL_NODES = `${STATES} WHERE runtime = $1`;
const OF_PODS = `${OF_ALL_NODES} AND uid = ANY ($2::text[])`;
/** The runtime in the words of the index by node, which no look-up of a uid can use, as this none of the primary key. */
const OF_NODES = `${STATES} WHERE (runtime || '') = $1 AND node_name = ANY ($2::text[])`;

export class PostgresRuntimeStates {
  readonly #byKey: Queries;

  /** `byKey`: of connections whose plans are look-ups in indexes (INDEX_ONLY). */
  constructor(byKey: Queries) {
    this.#byKey = byKey;
  }

  async load(runtime: string, uids: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.#byKey.query<StateRow>({
      name: 'load-states',
      text: OF_PODS,
      values: [runtime, textArray(uids)],
    });
    return toMap(rows);
  }

  async loadByNodes(runtime: string, nodeNames: readonly string[] | undefined): Promise<Map<string, string>> {
    // Two statements: with `$2 IS NULL OR` in one, a plan for both reads the states of all nodes.
    const statement =
      nodeNames === undefined
        ? { name: 'load-all-states', text: OF_ALL_NODES, values: [runtime] }
        : { name: 'load-node-states', text: OF_NODES, values: [runtime, textArray(nodeNames)] };
    const { rows } = await this.#byKey.query<StateRow>(statement);
    return toMap(rows);
  }

  /**
   * Compare-and-set, row by row, in one statement; the uids that were refused. Each row is found by its key (LATERAL, ANY
   * and ON CONFLICT, no joins), as in what is due: a join compared all with all.
   */
  async save(runtime: string, changes: readonly StateChange[]): Promise<string[]> {
    if (changes.length === 0) {
      return [];
    }
    const { rows } = await this.#byKey.query<{ uid: string }>({
      name: 'save-states',
      text: `WITH input AS (
               SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS i (uid, node_name, state, expected)
                 ORDER BY uid COLLATE "C"
             ), found AS MATERIALIZED (
               SELECT s.uid, i.node_name, i.state FROM input i, LATERAL (
                 SELECT s.uid FROM runtime_states s WHERE s.runtime = $1 AND s.uid = i.uid AND s.state = i.expected FOR UPDATE
               ) s
             ), updated AS (
               INSERT INTO runtime_states (runtime, uid, node_name, state)
               SELECT $1, uid, node_name, state FROM found WHERE state IS NOT NULL
               ON CONFLICT (runtime, uid) DO UPDATE SET state = excluded.state, node_name = excluded.node_name
             ), deleted AS (
               DELETE FROM runtime_states
               WHERE runtime = $1 AND uid = ANY (ARRAY(SELECT uid FROM found WHERE state IS NULL))
             ), inserted AS (
               INSERT INTO runtime_states (runtime, uid, node_name, state)
               SELECT $1, uid, node_name, state FROM input WHERE expected IS NULL AND state IS NOT NULL
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
