import type { RuntimeStateStore } from '../../../src/runtimes/state-store.ts';

/** Counts round trips, and fails the moment one attempt of a container gets a second start. */
export class MemoryStates implements RuntimeStateStore {
  readonly rows = new Map<string, { nodeName: string; state: string }>();
  readonly starts = new Map<string, number>();
  readonly doubles: string[] = [];
  loads = 0;
  saves = 0;
  failing: Error | undefined;
  /** Turns of the event loop between what a load saw and its answer, so that others can get in between. */
  lagTurns = 0;

  async load(_: string, uids: readonly string[]): Promise<Map<string, string>> {
    this.loads += 1;
    this.#check();
    const seen = uids.map((uid) => [uid, this.rows.get(uid)?.state ?? ''] as const).filter(([, state]) => state !== '');
    for (let turn = 0; turn < this.lagTurns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return new Map(seen);
  }
  async loadByNodes(_: string, nodeNames: readonly string[] | undefined): Promise<Map<string, string>> {
    this.loads += 1;
    this.#check();
    const rows = [...this.rows].filter(([, row]) => nodeNames === undefined || nodeNames.includes(row.nodeName));
    return new Map(rows.map(([uid, { state }]) => [uid, state]));
  }
  async save(_: string, changes: Parameters<RuntimeStateStore['save']>[1]): Promise<readonly string[]> {
    this.saves += 1;
    this.#check();
    const refused = changes.filter(({ uid, expected }) => this.rows.get(uid)?.state !== expected);
    for (const change of changes.filter((each) => !refused.includes(each))) {
      this.#write(change);
    }
    return refused.map(({ uid }) => uid);
  }
  #write({ uid, nodeName, state }: { uid: string; nodeName: string; state: string | undefined }): void {
    if (state === undefined) {
      this.rows.delete(uid);
    } else {
      this.rows.set(uid, { nodeName, state });
      this.#watch(uid, state);
    }
  }
  #check(): void {
    if (this.failing !== undefined) {
      throw this.failing;
    }
  }
  #watch(uid: string, state: string): void {
    const { containers } = JSON.parse(state) as {
      containers: { name: string; attempt: number; startsAt: number; stopped?: true }[];
    };
    for (const { name, attempt, startsAt, stopped } of containers) {
      const key = `${uid}/${name}/${attempt}`;
      const before = this.starts.get(key);
      if (before !== undefined && before !== startsAt && stopped === undefined) {
        this.doubles.push(key);
      }
      this.starts.set(key, before ?? startsAt);
    }
  }
}
