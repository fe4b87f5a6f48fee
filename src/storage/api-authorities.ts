/** The authorities that the processes of the API have their certificates from. */
import { asc, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { apiAuthorities } from './schema.ts';

/** Who has not been heard of for so long is gone: its authority must not be trusted for ever. */
const DAY_AGO = sql`now() - interval '1 day'`;

export class ApiAuthorities {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Says that a process with this one, PEM, is there: to be repeated well within a day. */
  async note(certificate: string): Promise<void> {
    const db = drizzle(this.#pool);
    const seenAt = sql`now()`;
    await db
      .insert(apiAuthorities)
      .values({ certificate, seenAt })
      .onConflictDoUpdate({ target: apiAuthorities.certificate, set: { seenAt } });
    await db.delete(apiAuthorities).where(lt(apiAuthorities.seenAt, DAY_AGO));
  }

  /** Each once, in the same order for everybody. */
  async all(): Promise<string[]> {
    const { certificate } = apiAuthorities;
    const rows = await drizzle(this.#pool).select({ certificate }).from(apiAuthorities).orderBy(asc(certificate));
    return rows.map((row) => row.certificate);
  }
}
