/** Lists of past revisions from the change log: a model that keeps every state is the judge. */
import { expect, test } from 'vitest';
import type { Write } from '../../../src/storage/object-store.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { storageFixture } from './storage-fixture.ts';

const fixture = storageFixture();
const RESOURCE = 'configmaps';

interface Row {
  readonly uid: string;
  readonly revision: number;
  readonly body: string;
  readonly labels: Record<string, string>;
}

test.each([1, 2, 3])('every retained revision is listed as it was (seed %i)', async (seed) => {
  const { objects } = await fixture.open();
  const random = seededRandom(seed);
  const namespace = `past-${seed}`;
  const now = new Map<string, Row>();
  const states = new Map<number, ReadonlyMap<string, Row>>();
  const pick = (count: number): number => Math.floor(random.next() * count);
  for (let step = 0; step < 120; step += 1) {
    const name = `o${pick(8)}`;
    const before = now.get(name);
    const uid = before?.uid ?? `${namespace}-${step}`;
    const labels = { parity: step % 2 === 0 ? 'even' : 'odd' };
    const body = JSON.stringify({ metadata: { name, namespace, uid }, data: { step: String(step) } });
    const base = { resource: RESOURCE, namespace, name, uid, fields: {}, ownerUids: [], controllerUid: '' };
    const op = before === undefined ? 'create' : pick(4) === 0 ? 'delete' : 'update';
    const write =
      before === undefined
        ? { ...base, op, labels, body }
        : { ...base, op, labels, body: op === 'delete' ? before.body : body, expected: { ...before, fields: {} } };
    const result = await objects.commit(write as Write);
    if (!result.ok) {
      throw new Error(result.reason);
    }
    op === 'delete' ? now.delete(name) : now.set(name, { uid, revision: result.revision, body, labels });
    states.set(result.revision, new Map(now));
    if (step === 60) {
      // Older states have no entry of their own any more; what later writes replaced stays readable.
      await fixture.sql('UPDATE revisions SET compacted = $1', [result.revision]);
    }
  }
  const [{ compacted = 0 } = {}] = await fixture.sql<{ compacted: number }>(
    'SELECT compacted::int8::int AS compacted FROM revisions',
  );
  for (const [revision, state] of states) {
    const page = await objects.listAt({ resource: RESOURCE, namespace }, revision);
    if (revision < compacted) {
      expect([page.items, page.compacted > revision]).toEqual([[], true]);
      continue;
    }
    const wanted = [...state].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(page.items.map((item) => [item.name, item.revision, item.body])).toEqual(
      wanted.map(([name, row]) => [name, row.revision, row.body]),
    );
    const first = await objects.listAt({ resource: RESOURCE, namespace, limit: 3 }, revision, true);
    expect(first.remaining).toBe(wanted.length > 3 ? wanted.length - 3 : undefined);
    const odd = { key: 'parity', operator: 'In' as const, values: ['odd'] };
    const some = await objects.listAt({ resource: RESOURCE, namespace, labels: [odd], limit: 2 }, revision, true);
    const matching = wanted.filter(([, { labels }]) => labels['parity'] === 'odd').map(([name]) => name);
    expect(some.items.map(({ name }) => name)).toEqual(matching.slice(0, 2));
    expect([some.next !== undefined, some.remaining]).toEqual([matching.length > 2, undefined]);
  }
});
