/** A RuntimeStateStore in memory: what a runtime that keeps its state in Postgres is tested with. */
import type { RuntimeStateStore } from '../state-store.ts';

export function memoryStates(): RuntimeStateStore {
  const rows = new Map<string, { readonly nodeName: string; readonly state: string }>();
  const chosen = (wanted: (uid: string, nodeName: string) => boolean): Map<string, string> =>
    new Map([...rows].filter(([uid, { nodeName }]) => wanted(uid, nodeName)).map(([uid, { state }]) => [uid, state]));
  return {
    load: async (_, uids) => chosen((uid) => uids.includes(uid)),
    loadByNodes: async (_, names) => chosen((__, nodeName) => names?.includes(nodeName) ?? true),
    save: async (_, changes) => {
      const stale = changes.filter(({ uid, expected }) => rows.get(uid)?.state !== expected);
      for (const { uid, nodeName, state } of changes.filter((change) => !stale.includes(change))) {
        if (state === undefined) {
          rows.delete(uid);
        } else {
          rows.set(uid, { nodeName, state });
        }
      }
      return stale.map(({ uid }) => uid);
    },
  };
}
