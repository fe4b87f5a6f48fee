import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getManyStatement } from '../../../src/storage/get-statements.ts';
import { matchesFields } from '../../../src/values/field-selector.ts';
import { matchesLabels } from '../../../src/values/label-selector.ts';
import type { LabelRequirement } from '../../../src/values/selector.ts';
import { storageFixture } from './storage-fixture.ts';
import { create, update } from './writes.ts';

const fixture = storageFixture();

describe('reads', () => {
  it('pages through a list in key order, with what remains, and answers the revision of an empty one', async () => {
    const { objects } = await fixture.open();
    const names = ['b', 'a', 'B', 'é', 'a-1', 'a.b'];
    await objects.commitAll(
      names.flatMap((name) => ['y', 'x'].map((namespace) => create(name, { resource: 'pages', namespace }))),
    );
    const seen: string[] = [];
    let after: { namespace: string; name: string } | undefined;
    const remaining: (number | undefined)[] = [];
    do {
      const page = await objects.list({ resource: 'pages', limit: 5, ...(after === undefined ? {} : { after }) });
      seen.push(...page.items.map(({ namespace, name }) => `${namespace}/${name}`));
      remaining.push(page.remaining);
      after = page.next;
    } while (after !== undefined);
    const sorted = ['B', 'a', 'a-1', 'a.b', 'b', 'é'];
    expect(seen).toEqual(['x', 'y'].flatMap((namespace) => sorted.map((name) => `${namespace}/${name}`)));
    expect(remaining).toEqual([7, 2, undefined]);
    const empty = await objects.list({ resource: 'nothing' });
    expect(empty).toEqual({ revision: await objects.currentRevision(), items: [] });
  });

  it('finds by controller, owner, uid and keys, and counts without bodies', async () => {
    const { objects } = await fixture.open();
    const owners = { ownerUids: ['o-1', 'we"ird\\,{}'], controllerUid: 'o-1' };
    await objects.commitAll([
      create('owned', { ...owners, resource: 'owned', uid: 'u-owned' }),
      create('free', { resource: 'owned', uid: 'u-free' }),
    ]);
    const nameOf = ({ name }: { name: string }): string => name;
    expect((await objects.list({ resource: 'owned', controllerUid: 'o-1' })).items.map(nameOf)).toEqual(['owned']);
    expect((await objects.list({ resource: 'owned', controllerUid: '' })).items.map(nameOf)).toEqual(['free']);
    expect((await objects.list({ resource: 'owned', ownerUid: 'we"ird\\,{}' })).items.map(nameOf)).toEqual(['owned']);
    expect(await objects.locate(['u-owned', 'nope', '\0'])).toEqual(
      new Map([['u-owned', { resource: 'owned', namespace: 'default', name: 'owned' }]]),
    );
    const [dependent] = await objects.dependentsOf(['o-2', 'o-1']);
    expect(await objects.dependentsOf(['o-1'], { limit: 1 })).toEqual([dependent]);
    expect(await objects.dependentsOf(['o-1'], dependent === undefined ? {} : { after: dependent })).toEqual([]);
    expect(dependent).toMatchObject({ name: 'owned', ownerUids: owners.ownerUids, createdAt: expect.any(Number) });
    expect(Math.abs(Date.now() - dependent!.createdAt)).toBeLessThan(60_000);
    const many = await objects.getMany('owned', [
      { namespace: 'default', name: 'free' },
      { namespace: 'default', name: 'gone' },
      { namespace: 'default', name: 'free' },
    ]);
    expect(many.map(nameOf)).toEqual(['free']);
    const refs = await objects.listRefs({ resource: 'owned' });
    expect(refs.items.map(nameOf)).toEqual(['free', 'owned']);
    expect(refs.items[0]).not.toHaveProperty('body');
  });

  it('answers gets that come at once, each with its own, in the state after every answered write', async () => {
    const { objects } = await fixture.open();
    const names = Array.from({ length: 150 }, (_, i) => `at-once-${i}`);
    const written = await objects.commitAll(names.map((name) => create(name, { uid: name })));
    const asked = [...names, 'missing', 'nul\0', ...names];
    const found = await Promise.all(asked.map((name) => objects.get('pods', 'default', name)));
    expect(found.map((object) => object?.name)).toEqual([...names, undefined, undefined, ...names]);
    expect(found[3]?.revision).toBe(written[3]?.ok === true && written[3].revision);
    await Promise.all(
      names.map(async (name, i) => {
        const before = found[i]!;
        const result = await objects.commit(update(before));
        const after = await objects.get('pods', 'default', name);
        expect(after?.revision).toBe(result.ok && result.revision);
      }),
    );
  });

  it('looks keys up by index, however small the table was when that was planned', async () => {
    await fixture.open();
    for (const resource of ['secrets', 'leases.coordination.k8s.io']) {
      const { text } = getManyStatement(resource, []);
      const asked = text.replace('$1', "ARRAY['default']").replace('$2', "ARRAY['some']");
      const plan = await fixture.sql<{ 'QUERY PLAN': string }>(`EXPLAIN ${asked}`);
      const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(lines).toContain('Index Scan');
      expect(lines).not.toContain('Seq Scan');
    }
  });

  it('serves pods of a node from an index', async () => {
    const { objects } = await fixture.open();
    await objects.commitAll(
      Array.from({ length: 2_000 }, (_, i) => create(`on-${i}`, { fields: { 'spec.nodeName': `n${i % 500}` } })),
    );
    await fixture.sql('ANALYZE pods');
    const fields = [{ path: 'spec.nodeName', operator: '=' as const, value: 'n7' }];
    expect((await objects.list({ resource: 'pods', fields })).items).toHaveLength(4);
    const nodeNames = ['n8', 'n9', 'none', '', "o'n"];
    const several = (await objects.list({ resource: 'pods', nodeNames })).items;
    expect(several.map(({ fields: { 'spec.nodeName': nodeName } }) => nodeName).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'n8'),
      ...Array.from({ length: 4 }, () => 'n9'),
    ]);
    for (const condition of ["= 'n7'", "= ANY ('{n8,n9}') AND o.fields ->> 'spec.nodeName' <> ''"]) {
      const plan = await fixture.sql<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT FROM objects o WHERE o.resource = 'pods' AND o.fields ->> 'spec.nodeName' ${condition}`,
      );
      expect(plan.map((row) => row['QUERY PLAN']).join()).toContain('pods_node_name');
    }
  });

  it('selects exactly what the selectors match in memory', async () => {
    const { objects } = await fixture.open();
    const text = fc.constantFrom('', 'a', 'b', '7', '-7', '08', '9223372036854775807', '9223372036854775808', 'x1');
    const record = fc.dictionary(fc.constantFrom('k', 'l', 'spec.nodeName'), text, { maxKeys: 3 });
    const rows = fc.sample(fc.record({ labels: record, fields: record }), { numRuns: 40, seed: 3 });
    await objects.commitAll(
      rows.map((row, i) => create(`row-${String(i).padStart(2, '0')}`, { resource: 'matched', ...row })),
    );
    const all = (await objects.list({ resource: 'matched' })).items;
    const operator = fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt');
    const key = fc.constantFrom('k', 'l', 'none', "o'k");
    const values = fc.array(text, { minLength: 1, maxLength: 2 });
    const path = fc.constantFrom('k', 'spec.nodeName', 'none', 'metadata.name');
    // Many of one operator are one condition: with wide lists of values, so that some objects match.
    const many = operator.chain((one) =>
      fc.array(fc.record({ key, operator: fc.constant(one), values: fc.array(text, { minLength: 1, maxLength: 9 }) }), {
        minLength: 5,
        maxLength: 8,
      }),
    );
    const requirement = fc.record({
      labels: fc.oneof(fc.array(fc.record({ key, operator, values }), { maxLength: 2 }), many),
      fields: fc.array(fc.record({ path, operator: fc.constantFrom('=', '!='), value: text }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(requirement, async ({ labels, fields }) => {
        const found = await objects.list({ resource: 'matched', labels, fields });
        const wanted = all.filter(
          (object) =>
            matchesLabels(labels, object.labels) &&
            matchesFields(fields, { ...object.fields, 'metadata.name': object.name }),
        );
        expect(found.items.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name));
      }),
      { numRuns: 300 },
    );
  });

  it('takes selectors of 10,000 terms, of whatever operators', async () => {
    const { objects } = await fixture.open();
    const terms = Array.from({ length: 10_000 }, (_, i) => i);
    const labels = Object.fromEntries(terms.slice(0, 50).map((i) => [`k${i}`, '5']));
    await objects.commitAll(
      Array.from({ length: 500 }, (_, i) => create(`many-${i}`, { resource: 'selected', labels })),
    );
    const found = async (query: object): Promise<number> =>
      (await objects.list({ resource: 'selected', ...query })).items.length;
    const all = (operator: LabelRequirement['operator'], value: string, keys: number) =>
      found({ labels: terms.map((i) => ({ key: `k${i % keys}`, operator, values: [value] })) });
    expect(await all('Gt', '4', 50)).toBe(500);
    expect(await all('Lt', '5', 50)).toBe(0);
    expect(await all('Gt', '4', 10_000)).toBe(0);
    expect(await all('In', '5', 50)).toBe(500);
    const names = (operator: '=' | '!=') =>
      found({ fields: terms.map((i) => ({ path: 'metadata.name', operator, value: `many-${i}` })) });
    expect(await names('=')).toBe(0);
    expect(await names('!=')).toBe(0);
    const others = terms.map((i) => ({ path: 'metadata.name', operator: '!=' as const, value: `other-${i}` }));
    expect(await found({ fields: others })).toBe(500);
  });

  it('answers a list and its revision from one snapshot while others write', async () => {
    const { objects } = await fixture.open();
    const start = await objects.currentRevision();
    let isDone = false;
    const writing = (async () => {
      for (let i = 0; i < 200; i += 1) {
        await objects.commit(create(`snap-${i}`, { resource: 'snapshots' }));
      }
      isDone = true;
    })();
    while (!isDone) {
      // Nothing else writes: the n-th object is revision start + n.
      const { revision, items } = await objects.list({ resource: 'snapshots' });
      expect(items).toHaveLength(revision - start);
    }
    await writing;
  });
});
