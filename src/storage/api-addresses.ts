/** Where the processes of the API answer, as each of them says while it runs. */
import { asc, gt, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { apiAddresses } from './schema.ts';

export interface ApiAddress {
  readonly address: string;
  readonly port: number;
}

/** Who has not been heard of for so long is gone. */
const GONE = sql`now() - interval '30 seconds'`;

export class ApiAddresses {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Says that a process answers there: to be repeated well within half a minute. */
  async note({ address, port }: ApiAddress): Promise<void> {
    const db = drizzle(this.#pool);
    const seenAt = sql`now()`;
    await db
      .insert(apiAddresses)
      .values({ address, port, seenAt })
      .onConflictDoUpdate({ target: [apiAddresses.address, apiAddresses.port], set: { seenAt } });
    await db.delete(apiAddresses).where(lt(apiAddresses.seenAt, GONE));
  }

  /** In the same order for everybody. */
  async all(): Promise<ApiAddress[]> {
    const { address, port, seenAt } = apiAddresses;
    const db = drizzle(this.#pool);
    return db.select({ address, port }).from(apiAddresses).where(gt(seenAt, GONE)).orderBy(asc(address), asc(port));
  }
}
