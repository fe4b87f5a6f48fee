import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Loose } from '../../../test/support/fleet-world.ts';
import { add, MAPS, names, reference, remove, garbageWorld as world } from '../../../test/support/garbage-world.ts';

describe('the garbage collector', () => {
  test('Background: removes what the owner alone owned, all the way down', async () => {
    const fleet = await world();
    const owner = add(fleet, 'owner');
    const other = add(fleet, 'other');
    const child = add(fleet, 'child', [owner]);
    add(fleet, 'grandchild', [child]);
    add(fleet, 'shared', [owner, other]);
    await remove(fleet, 'owner', 'Background');
    await fleet.rest();
    expect(names(fleet)).toEqual(['other', 'shared']);
    expect(fleet.get(MAPS, 'shared')?.metadata.ownerReferences).toEqual([reference(other)]);
  });

  test('thousands of dependents go by the page, also when the collector ends in the midst of them', async () => {
    const fleet = await world();
    const owner = add(fleet, 'owner');
    for (let index = 0; index < 4_500; index += 1) {
      add(fleet, `child-${index}`, [owner]);
    }
    const pages: number[] = [];
    const { dependentsOf } = fleet.registry;
    Object.assign(fleet.registry, {
      dependentsOf: async (...args: Parameters<typeof dependentsOf>) => {
        const page = await dependentsOf(...args);
        pages.push(page.length);
        if (pages.length === 2) {
          void fleet.restart();
        }
        return page;
      },
    });
    await remove(fleet, 'owner', 'Background');
    await fleet.advance(30_000);
    expect(names(fleet)).toEqual([]);
    expect(Math.max(...pages)).toBe(2_000);
    expect(pages.length).toBeGreaterThan(2);
  });

  test('Foreground: the owner stays until those that block it are gone', async () => {
    const fleet = await world();
    const owner = add(fleet, 'owner');
    const child = add(fleet, 'child', [owner], true);
    add(fleet, 'grandchild', [child], true);
    add(fleet, 'loose', [owner], false);
    fleet.edit(MAPS, 'default', 'grandchild', ({ metadata }) => {
      metadata.finalizers = ['example.com/hold'];
    });
    await remove(fleet, 'owner', 'Foreground');
    await fleet.advance(3_000);
    expect(names(fleet)).toEqual(['owner', 'child', 'grandchild']);
    fleet.edit(MAPS, 'default', 'grandchild', ({ metadata }) => {
      metadata.finalizers = [];
    });
    await fleet.advance(3_000);
    expect(names(fleet)).toEqual([]);
  });

  test('Foreground: what others own as well is let go, not deleted', async () => {
    const fleet = await world();
    const [owner, other] = [add(fleet, 'owner'), add(fleet, 'other')];
    add(fleet, 'shared', [owner, other], true);
    await remove(fleet, 'owner', 'Foreground');
    await fleet.advance(3_000);
    expect(names(fleet)).toEqual(['other', 'shared']);
    expect(fleet.get(MAPS, 'shared')?.metadata.ownerReferences).toEqual([reference(other, true)]);
  });

  test('Orphan: dependents forget the owner and stay', async () => {
    const fleet = await world();
    const owner = add(fleet, 'owner');
    add(fleet, 'child', [owner], true);
    await remove(fleet, 'owner', 'Orphan');
    await fleet.advance(15_000);
    expect(names(fleet)).toEqual(['child']);
    expect(fleet.get(MAPS, 'child')?.metadata.ownerReferences).toEqual([]);
  });

  test('removes what was made for, or given to, an owner that is gone', async () => {
    const fleet = await world();
    const ghost = { kind: 'ConfigMap', metadata: { name: 'ghost', uid: 'no-such-uid' } } as Loose;
    add(fleet, 'late', [ghost]);
    add(fleet, 'adopted');
    fleet.edit(MAPS, 'default', 'adopted', ({ metadata }) => {
      metadata.ownerReferences = [reference(ghost)];
    });
    await fleet.advance(9_000);
    expect(names(fleet)).toEqual(['late', 'adopted']);
    await fleet.advance(2_000);
    expect(names(fleet)).toEqual([]);
  });

  test('keeps what names an owner of a kind that is not served', async () => {
    const fleet = await world();
    const foreign = { kind: 'Database', metadata: { name: 'db', uid: 'not-ours' } } as Loose;
    const owner = add(fleet, 'owner');
    const references = { ...reference(foreign), apiVersion: 'example.com/v1' };
    for (const [name, owners] of Object.entries({ kept: [references], both: [references, reference(owner)] })) {
      fleet.add(MAPS, { kind: 'ConfigMap', metadata: { name, namespace: 'default', ownerReferences: owners } });
    }
    await remove(fleet, 'owner', 'Background');
    await fleet.advance(15_000);
    expect(names(fleet)).toEqual(['kept', 'both']);
  });

  test('a cluster-scoped owner has dependents in namespaces', async () => {
    const fleet = await world();
    const node = fleet.add('nodes', { kind: 'Node', metadata: { name: 'n1' } });
    add(fleet, 'child', [node]);
    fleet.add('leases.coordination.k8s.io', {
      metadata: { name: 'n1', namespace: 'kube-node-lease', ownerReferences: [reference(node)] },
    });
    await fleet.delete('nodes', '', 'n1');
    await fleet.rest();
    expect(names(fleet)).toEqual([]);
    expect(fleet.all('leases.coordination.k8s.io')).toEqual([]);
  });

  test('circles of any length go, from wherever and with whatever policy they are deleted', async () => {
    const policy = fc.constantFrom('Foreground' as const, 'Background' as const);
    const plan = fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      deleted: fc.array(fc.record({ at: fc.nat(4), policy }), { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ size, deleted }) => {
        const fleet = await world();
        const all = Array.from({ length: size }, (_, index) => add(fleet, `m${index}`));
        for (const [index, { metadata }] of all.entries()) {
          fleet.edit(MAPS, 'default', metadata.name, (object) => {
            object.metadata.ownerReferences = [reference(all[(index + 1) % size] as Loose, true)];
          });
        }
        for (const { at, policy: propagationPolicy } of deleted) {
          await fleet.registry
            .delete(MAPS, 'default', `m${at % size}`, { propagationPolicy })
            .catch((error: { reason: string }) => expect(error.reason).toBe('NotFound'));
        }
        await fleet.advance(30_000);
        expect(names(fleet)).toEqual([]);
        expect(fleet.errors).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('thousands of dependents go in a few rounds', async () => {
    const fleet = await world();
    const owner = add(fleet, 'owner');
    for (let index = 0; index < 2_000; index += 1) {
      add(fleet, `c${index}`, [owner]);
    }
    await remove(fleet, 'owner', 'Background');
    await fleet.rest();
    expect(names(fleet)).toEqual([]);
  });
});
