/** What a snapshot holds: the tables that are a fleet. The log, ownership of shards and tokens are the database's own. */
export const TABLES = ['objects', 'claims', 'node_leases', 'runtime_states', 'due'] as const;

/** The first line of a snapshot. */
export interface SnapshotHead {
  readonly flotillaSnapshot: 1;
  /** Of the tables: how many migrations made them. */
  readonly migrations: number;
  readonly revision: number;
  readonly shards: number;
  readonly savedAt: string;
}
export interface SnapshotRow {
  readonly table: (typeof TABLES)[number];
  readonly row: unknown;
}

/** `shards` is null where no process has used the database yet. */
export const HEAD_SQL = `SELECT r.current AS revision, s.shards, now()::text AS saved_at,
  (SELECT count(*)::int FROM drizzle.__drizzle_migrations) AS migrations FROM revisions r LEFT JOIN settings s ON true`;
