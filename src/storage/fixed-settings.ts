/** What is fixed when the database is first used, whatever later starts are told. */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { settings } from './schema.ts';

export interface FixedSettings {
  /** Of the kubelets; another number would give nodes other shards. */
  readonly shards: number;
  /** Tells this database from every other that shares a Redis with it. A restored copy keeps it. */
  readonly fleetId: string;
  /** Signs continue tokens: every replica takes those of every other. */
  readonly continueKey: Uint8Array;
}

export async function fixSettings(pool: Pool, shards: number): Promise<FixedSettings> {
  const db = drizzle(pool);
  await db.insert(settings).values({ shards }).onConflictDoNothing();
  const { fleetId, continueKey } = settings;
  const [row] = await db.select({ shards: settings.shards, fleetId, continueKey }).from(settings);
  if (row === undefined) {
    throw new Error('the table settings lost its row');
  }
  return row;
}

/**
 * The certificate authority for clients, PEM with its key, that all processes of the fleet share. `instead`: what the
 * caller found useless; whoever is first replaces it, and all get that one.
 */
export async function settleClientAuthority(pool: Pool, offered: string, instead?: string): Promise<string> {
  const db = drizzle(pool);
  const { clientAuthority } = settings;
  const found = instead ?? null;
  await db
    .update(settings)
    .set({ clientAuthority: offered })
    .where(sql`${clientAuthority} IS NOT DISTINCT FROM ${found}`);
  const [row] = await db.select({ clientAuthority }).from(settings);
  return row?.clientAuthority ?? offered;
}
