import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';
import { openSteps } from './watch-steps.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const stored = (name: string, revision: number): StoredObject => ({
  resource: 'pods',
  namespace: 'default',
  name,
  uid: name,
  revision,
  labels: {},
  fields: {},
  body: '{}',
});

/** A registry of six names whose pages are each read at a later state than the one before. */
function changingRegistry(writes: readonly { name: string; remove: boolean }[], writesAPage: number, pageSize: number) {
  const rows = new Map<string, number>();
  const log: WatchEvent[] = [];
  let next = 0;
  const write = (count: number): void => {
    for (const { name, remove } of writes.slice(next, next + count)) {
      const revision = log.length + 1;
      const existed = rows.has(name);
      if (remove && !existed) {
        log.push({ type: 'MODIFIED', object: { ...stored('elsewhere', revision), namespace: 'other' } });
      } else if (remove) {
        rows.delete(name);
        log.push({ type: 'DELETED', object: stored(name, revision) });
      } else {
        rows.set(name, revision);
        log.push({ type: existed ? 'MODIFIED' : 'ADDED', object: stored(name, revision) });
      }
    }
    next += count;
  };
  let first: number | undefined;
  return {
    rows,
    async list(_id: string, { continue: after = '' }: { continue?: string }) {
      write(writesAPage);
      first ??= log.length;
      const left = NAMES.filter((name) => name > after && rows.has(name));
      const page = left.slice(0, pageSize);
      const items = page.map((name) => stored(name, rows.get(name) ?? 0));
      const last = page.at(-1);
      return { revision: first, items, ...(left.length > page.length && last !== undefined ? { continue: last } : {}) };
    },
    async *watch(_id: string, { from }: { from: number }) {
      write(writes.length);
      for (let revision = from + 1; revision <= log.length; revision += 1) {
        const event = log[revision - 1];
        yield { revision, events: event?.object.namespace === 'default' ? [event] : [] };
      }
    },
    currentRevision: async () => log.length,
  };
}

describe('a list in pages, then the feed', () => {
  it('shows each object ADDED once, then newer states only, then at most one DELETED, and ends at the truth', async () => {
    const writes = fc.array(fc.record({ name: fc.constantFrom(...NAMES), remove: fc.boolean() }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(writes, fc.nat(8), fc.integer({ min: 1, max: 4 }), async (changes, perPage, pageSize) => {
        const registry = changingRegistry(changes, perPage, pageSize);
        const request = { selection: {}, from: undefined, bookmarks: true, marksInitialEnd: true, timeoutMs: 1 };
        const steps = await openSteps(registry as never, 'pods', request, new AbortController().signal);
        const seen = new Map<string, number>();
        let ends = 0;
        for await (const step of steps) {
          for (const { type, object } of step.events) {
            const before = seen.get(object.name);
            expect(type === 'ADDED').toBe(before === undefined);
            expect(object.revision).toBeGreaterThan(before ?? 0);
            if (type === 'DELETED') {
              seen.delete(object.name);
            } else {
              seen.set(object.name, object.revision);
            }
          }
          ends += step.endsInitial === true ? 1 : 0;
        }
        expect(seen).toEqual(registry.rows);
        expect(ends).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});
