/** Bearer tokens by their digest (the TokenStore contract of auth/). The tokens themselves never get here. */
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { readFailed } from './postgres-errors.ts';
import { type StoredIdentity, tokens } from './schema.ts';

export class PostgresTokenStore {
  readonly #db: NodePgDatabase;

  constructor(pool: Pool) {
    this.#db = drizzle(pool);
  }

  async put(digest: Uint8Array, user: StoredIdentity): Promise<void> {
    await this.#db
      .insert(tokens)
      .values({ digest, identity: user })
      .onConflictDoUpdate({ target: tokens.digest, set: { identity: user } });
  }

  async all(): Promise<{ digest: Uint8Array; user: StoredIdentity }[]> {
    const rows = await this.#db
      .select()
      .from(tokens)
      .catch((error: unknown) => {
        throw readFailed(error);
      });
    return rows.map(({ digest, identity }) => ({ digest, user: identity }));
  }
}
