import { expect, it } from 'vitest';
import type { Listed, ListOptions, StoredObject, WatchBatch } from '../../registry/registry.ts';
import { openSteps } from './watch-steps.ts';

const stored = (name: string): StoredObject => ({
  ...{ resource: 'pods', namespace: 'default', name, uid: name, revision: 1, labels: {}, fields: {}, body: '{}' },
});

/** A feed that never says anything. */
async function* silent(signal: AbortSignal): AsyncGenerator<WatchBatch> {
  if (signal.aborted) {
    return;
  }
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

it('ends the initial events of several pages though nothing ever changes', async () => {
  const pages: Record<string, Listed> = {
    '': { revision: 5, items: [stored('a')], continue: 'next' },
    next: { revision: 5, items: [stored('b')] },
  };
  const stop = new AbortController();
  const source = {
    list: async (_id: string, options: { continue?: string }) =>
      pages[options.continue ?? ''] ?? { revision: 0, items: [] },
    watch: () => silent(stop.signal),
    currentRevision: async () => 5,
  };
  const names: string[] = [];
  for await (const step of await openSteps(source, 'pods', { selection: {}, from: undefined }, stop.signal)) {
    names.push(...step.events.map(({ object }) => object.name));
    if (step.endsInitial) {
      expect(step.revision).toBe(5);
      stop.abort();
    }
  }
  expect(names).toEqual(['a', 'b']);
});

it('asks for pages that grow as they are taken, in objects and in bytes', async () => {
  const asked: (readonly [limit: number | undefined, maxBytes: number | undefined])[] = [];
  const stop = new AbortController();
  const source = {
    list: async (_id: string, { limit, maxBytes }: ListOptions) => {
      asked.push([limit, maxBytes]);
      return { revision: 5, items: [stored('a')], ...(asked.length < 6 ? { continue: 'next' } : {}) };
    },
    watch: () => silent(stop.signal),
    currentRevision: async () => 5,
  };
  for await (const step of await openSteps(source, 'pods', { selection: {}, from: undefined }, stop.signal)) {
    if (step.endsInitial) {
      stop.abort();
    }
  }
  const KIB = 1024;
  expect(asked).toEqual([
    [32, 128 * KIB],
    [64, 256 * KIB],
    [128, 512 * KIB],
    [256, 1_024 * KIB],
    [500, 2_048 * KIB],
    [500, 2_048 * KIB],
  ]);
});
