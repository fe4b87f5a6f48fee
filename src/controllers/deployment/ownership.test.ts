/** Which sets a Deployment counts as its own, whoever else is at work in the namespace. */
import { describe, expect, test } from 'vitest';
import { deploymentWorld } from '../../../test/support/deployment-world.ts';
import type { FleetWorld } from '../../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment, podTemplate, SETS } from '../../../test/support/workloads.ts';
import { controllerReference } from '../owner-references.ts';

const labels = { app: 'web', 'pod-template-hash': 'h' };
const orphan = (replicas: number) => ({
  ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'old', namespace: 'default', labels } },
  spec: {
    replicas,
    selector: { matchLabels: labels },
    template: { ...podTemplate('web', 'v1'), metadata: { labels } },
  },
});

/** The lists of sets that are read, and what they found. */
function watchLists(fleet: FleetWorld, onList: () => void = () => undefined) {
  const lists: { readonly controllerUid: string | undefined; readonly names: readonly string[] }[] = [];
  const { list } = fleet.registry;
  fleet.registry.list = async (id, selection) => {
    const page = await list(id, selection);
    if (id === SETS) {
      lists.push({ controllerUid: selection.controllerUid, names: page.items.map(({ name }) => name) });
      onList();
    }
    return page;
  };
  return lists;
}

describe('a Deployment', () => {
  test('adopts a set that it selects, releases one that it no longer does', async () => {
    const fleet = await deploymentWorld();
    fleet.add(SETS, orphan(1));
    fleet.add(DEPLOYMENTS, deployment('web', 2));
    await fleet.advance(5_000);
    expect(fleet.all(SETS)).toHaveLength(1);
    expect(fleet.get(SETS, 'old')?.spec.replicas).toBe(2);
    fleet.edit(SETS, 'default', 'old', ({ metadata }) => {
      metadata.labels = { app: 'debug' };
    });
    await fleet.advance(5_000);
    expect(fleet.get(SETS, 'old')?.metadata.ownerReferences).toEqual([]);
    expect(fleet.all(SETS)).toHaveLength(2);
    fleet.edit(SETS, 'default', 'old', ({ metadata }) => {
      metadata.labels = labels;
    });
    await fleet.advance(5_000);
    expect(fleet.get(SETS, 'old')?.metadata.ownerReferences).toMatchObject([{ name: 'web', controller: true }]);
  });

  test('reads its own sets, not those of all others', async () => {
    const fleet = await deploymentWorld(deployment('web', 1));
    const lists = watchLists(fleet);
    fleet.add(DEPLOYMENTS, deployment('other', 1));
    await fleet.advance(5_000);
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.flatMap(({ names }) => names).filter((name) => name.startsWith('web-'))).toEqual([]);
  });

  test('that is settled looks for no orphans', async () => {
    const fleet = await deploymentWorld(deployment('web', 1));
    const lists = watchLists(fleet);
    fleet.edit(SETS, 'default', String(fleet.all(SETS)[0]?.metadata.name), ({ status }) => {
      status.readyReplicas = 0;
    });
    await fleet.advance(5_000);
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.filter(({ controllerUid }) => controllerUid === '')).toEqual([]);
  });

  test('counts a set that is adopted for all of the namespace while it looks', async () => {
    const fleet = await deploymentWorld();
    fleet.add(SETS, orphan(2));
    // After the first list, before the second: as the look at the namespace's orphans does beside this one.
    watchLists(fleet, () => {
      const [web] = fleet.all(DEPLOYMENTS);
      const { ownerReferences = [] } = fleet.get(SETS, 'old')?.metadata ?? {};
      if (web !== undefined && ownerReferences.length === 0) {
        fleet.edit(SETS, 'default', 'old', ({ metadata }) => {
          metadata.ownerReferences = [controllerReference(web)];
        });
      }
    });
    fleet.add(DEPLOYMENTS, {
      ...deployment('web', 2),
      spec: { ...deployment('web', 2).spec, strategy: { type: 'Recreate' } },
    });
    await fleet.advance(5_000);
    expect(fleet.all(SETS)).toHaveLength(1);
  });

  test('leaves a set to the Deployment that was faster', async () => {
    const fleet = await deploymentWorld();
    fleet.add(SETS, orphan(1));
    const theirs = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'theirs', uid: 'theirs', controller: true };
    const { modify } = fleet.registry;
    fleet.registry.modify = (id, namespace, name, change, options) => {
      if (id === SETS && name === 'old') {
        fleet.edit(SETS, 'default', 'old', (set) => {
          set.metadata.ownerReferences = [theirs];
        });
      }
      return modify(id, namespace, name, change, options);
    };
    fleet.add(DEPLOYMENTS, deployment('web', 2));
    await fleet.advance(5_000);
    expect(fleet.get(SETS, 'old')).toMatchObject({ spec: { replicas: 1 }, metadata: { ownerReferences: [theirs] } });
    expect(fleet.all(SETS)).toHaveLength(2);
  });
});
