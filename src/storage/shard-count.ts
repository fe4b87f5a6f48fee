/** The number of shards, fixed when the database was first used: another number would give nodes other shards. */
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { settings } from './schema.ts';

export async function fixShardCount(pool: Pool, wanted: number): Promise<number> {
  const db = drizzle(pool);
  await db.insert(settings).values({ shards: wanted }).onConflictDoNothing();
  const [row] = await db.select({ shards: settings.shards }).from(settings);
  return row?.shards ?? wanted;
}
