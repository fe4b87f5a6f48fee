import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { namespaceController } from './controller.ts';
import { contentConditions } from './remaining.ts';

let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
async function world(): Promise<FleetWorld> {
  const fleet = new FleetWorld([namespaceController]);
  worlds = [...worlds, fleet];
  fleet.add('nodes', { metadata: { name: 'n1' } });
  for (const name of ['team', 'other']) {
    fleet.add('namespaces', { kind: 'Namespace', metadata: { name }, spec: { finalizers: ['kubernetes'] } });
    fleet.add('configmaps', { metadata: { name: 'settings', namespace: name } });
    fleet.add('pods', { metadata: { name: 'p', namespace: name }, spec: { nodeName: 'n1', containers: [] } });
  }
  await fleet.start();
  await fleet.advance(1_000);
  return fleet;
}
const conditions = (fleet: FleetWorld) =>
  Object.fromEntries(
    (fleet.get('namespaces', 'team') as Loose).status.conditions.map((c: { type: string; message: string }) => [
      c.type,
      c.message,
    ]),
  );
const left = (fleet: FleetWorld, namespace: string) =>
  ['configmaps', 'pods'].flatMap((id) => fleet.all(id)).filter(({ metadata }) => metadata.namespace === namespace);

describe('a terminating namespace', () => {
  test('is emptied, waits for the grace of its pods, and goes; no other is touched', async () => {
    const fleet = await world();
    await fleet.delete('namespaces', '', 'team');
    await fleet.rest();
    expect(left(fleet, 'team').map(({ metadata }) => metadata.name)).toEqual(['p']);
    expect(conditions(fleet)).toEqual({
      NamespaceDeletionDiscoveryFailure: 'All resources successfully discovered',
      NamespaceDeletionGroupVersionParsingFailure: 'All legacy kube types successfully parsed',
      NamespaceDeletionContentFailure: 'All content successfully deleted, may be waiting on finalization',
      NamespaceContentRemaining: 'Some resources are remaining: pods. has 1 resource instances',
      NamespaceFinalizersRemaining: 'All content-preserving finalizers finished',
    });
    await fleet.advance(40_000);
    expect(fleet.get('namespaces', 'team')).toBeUndefined();
    expect(left(fleet, 'other')).toHaveLength(2);
    expect(fleet.errors).toEqual([]);
  });

  test('waits for finalizers of others, in its content and its own', async () => {
    const fleet = await world();
    fleet.edit('configmaps', 'team', 'settings', ({ metadata }) => {
      metadata.finalizers = ['example.com/hold'];
    });
    fleet.edit('namespaces', '', 'team', ({ spec }) => {
      spec.finalizers = ['kubernetes', 'example.com/audit'];
    });
    await fleet.delete('namespaces', '', 'team');
    await fleet.advance(45_000);
    expect(conditions(fleet)).toMatchObject({
      NamespaceContentRemaining: 'Some resources are remaining: configmaps. has 1 resource instances',
      NamespaceFinalizersRemaining:
        'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    });
    fleet.edit('configmaps', 'team', 'settings', ({ metadata }) => {
      metadata.finalizers = [];
    });
    await fleet.advance(5_000);
    expect(fleet.get('namespaces', 'team')?.spec.finalizers).toEqual(['example.com/audit']);
    expect(conditions(fleet)).toMatchObject({ NamespaceContentRemaining: 'All content successfully removed' });
  });

  test('says what cannot be deleted, deletes the rest, and goes on when it can', async () => {
    const fleet = await world();
    fleet.refuseDeletion = (id) => (id === 'configmaps' ? new Error('storage is away') : undefined);
    await fleet.delete('namespaces', '', 'team');
    await fleet.advance(40_000);
    expect(left(fleet, 'team').map(({ metadata }) => metadata.name)).toEqual(['settings']);
    expect(conditions(fleet)['NamespaceDeletionContentFailure']).toBe(
      'Failed to delete all resource types, 1 remaining: storage is away',
    );
    fleet.refuseDeletion = undefined;
    await fleet.advance(300_000, 5_000);
    expect(fleet.get('namespaces', 'team')).toBeUndefined();
  });
});

test('what is left is told in the order of names, the group after a dot', () => {
  const remaining = {
    resources: new Map([
      ['replicasets.apps', 2],
      ['pods', 3],
    ]),
    finalizers: new Map<string, number>(),
    failures: [],
  };
  expect(contentConditions(undefined, remaining, 0).map(({ message }) => message)).toContain(
    'Some resources are remaining: pods. has 3 resource instances, replicasets.apps has 2 resource instances',
  );
});
