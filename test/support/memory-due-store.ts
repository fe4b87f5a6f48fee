/** The due table's contract in memory, on a given clock, with leases that expire and rows that can be made due again. */
import type { ClaimedWork, DueStore, SettledKey, ShardLease } from '../../src/queue/reconciler.ts';

interface DueRow {
  at: number;
  attempt: number;
  version: number;
  note?: string | undefined;
}
interface Shard {
  readonly rows: Map<string, DueRow>;
  holder: string;
  epoch: number;
  expiresAt: number;
}

export class MemoryDueStore implements DueStore {
  readonly #shards = new Map<string, Shard>();
  readonly #now: () => number;
  /** Makes every call fail, as a database that is away. */
  failure: Error | undefined;
  claims = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  #shard(name: string): Shard {
    const shard = this.#shards.get(name) ?? { rows: new Map(), holder: '', epoch: 0, expiresAt: 0 };
    this.#shards.set(name, shard);
    return shard;
  }
  #check(): void {
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  async claim(name: string, holder: string, ttlMs: number, limit: number): Promise<ClaimedWork | undefined> {
    this.#check();
    this.claims += 1;
    const shard = this.#shard(name);
    const now = this.#now();
    if (shard.holder !== holder) {
      if (!shard.holder.startsWith('~') && shard.expiresAt > now) {
        return undefined;
      }
      shard.epoch += shard.holder === `~${holder}` ? 0 : 1;
      shard.holder = holder;
    }
    shard.expiresAt = now + ttlMs;
    const due = [...shard.rows].filter(([, { at }]) => at <= now).sort(([, a], [, b]) => a.at - b.at);
    const keys = due
      .slice(0, limit)
      .map(([key, { attempt, version, note }]) => ({ key, attempt, version, ...(note === undefined ? {} : { note }) }));
    return { lease: { shard: name, holder, epoch: shard.epoch }, keys, more: due.length > limit };
  }

  async settle(lease: ShardLease, settled: readonly SettledKey[], release: boolean): Promise<number | undefined> {
    this.#check();
    const shard = this.#shard(lease.shard);
    const now = this.#now();
    if (shard.holder === lease.holder && shard.epoch === lease.epoch) {
      for (const { key, version, nextAfterMs, attempt, note } of settled) {
        const row = shard.rows.get(key);
        if (row?.version === version && nextAfterMs === undefined) {
          shard.rows.delete(key);
        } else if (row !== undefined) {
          Object.assign(row, row.version === version ? { at: now + (nextAfterMs ?? 0), attempt, note } : { note });
        }
      }
      if (release) {
        Object.assign(shard, { holder: `~${shard.holder}`, expiresAt: now });
      }
    }
    const next = Math.min(...[...shard.rows.values()].map(({ at }) => at));
    return Number.isFinite(next) ? Math.max(0, next - now) : undefined;
  }

  async add(refs: readonly { shard: string; key: string; afterMs?: number }[]): Promise<void> {
    this.#check();
    for (const { shard: name, key, afterMs = 0 } of refs) {
      const { rows } = this.#shard(name);
      const row = rows.get(key);
      const at = this.#now() + afterMs;
      rows.set(key, {
        at: Math.min(row?.at ?? at, at),
        attempt: row?.attempt ?? 0,
        version: (row?.version ?? 0) + 1,
        note: row?.note,
      });
    }
  }

  async dueShards(withinMs: number): Promise<string[]> {
    this.#check();
    const until = this.#now() + withinMs;
    return [...this.#shards]
      .filter(([, { rows }]) => [...rows.values()].some(({ at }) => at <= until))
      .map(([name]) => name);
  }

  /** Milliseconds until a key is due; undefined: it is not in the table. */
  dueIn(shard: string, key: string): number | undefined {
    const row = this.#shard(shard).rows.get(key);
    return row === undefined ? undefined : row.at - this.#now();
  }
  attemptOf(shard: string, key: string): number | undefined {
    return this.#shard(shard).rows.get(key)?.attempt;
  }
  /** Empty once it is released. */
  holderOf(name: string): string {
    const { holder } = this.#shard(name);
    return holder.startsWith('~') ? '' : holder;
  }
}
