import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { forbidden } from '../../errors.ts';
import { replicaSetController } from './controller.ts';

const SETS = 'replicasets.apps';
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

async function world(): Promise<FleetWorld> {
  const made = new FleetWorld([replicaSetController]);
  worlds = [...worlds, made];
  made.add('nodes', { metadata: { name: 'n1' } });
  await made.start();
  return made;
}
const set = (name: string, replicas: number, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { nodeName: 'n1', containers: [{ name: 'c' }] } },
    ...more,
  },
});
const active = (fleet: FleetWorld) =>
  fleet.all('pods').filter(({ metadata, status }) => !metadata.deletionTimestamp && status?.phase !== 'Failed');

describe('a ReplicaSet', () => {
  test('makes its pods, tells its status, and replaces what fails or is deleted', async () => {
    const fleet = await world();
    fleet.add(SETS, set('web', 3));
    await fleet.rest();
    expect(active(fleet)).toHaveLength(3);
    expect(fleet.get(SETS, 'web')?.status).toEqual({
      ...{ replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 },
    });
    await fleet.advance(2_000);
    expect(fleet.get(SETS, 'web')?.status).toMatchObject({ readyReplicas: 3, availableReplicas: 3 });
    const [first, second] = active(fleet);
    await fleet.delete('pods', 'default', first!.metadata.name);
    fleet.setPhase('default', second!.metadata.name, 'Failed');
    await fleet.rest();
    expect(active(fleet)).toHaveLength(3);
    expect(active(fleet).map(({ metadata }) => metadata.name)).not.toContain(first!.metadata.name);
    const pod = active(fleet)[0]!;
    expect(pod.metadata.name).toMatch(/^web-/);
    expect(pod.metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'ReplicaSet', name: 'web', controller: true, blockOwnerDeletion: true }),
    ]);
    expect(fleet.events.filter(({ reason }) => reason === 'SuccessfulCreate')).toHaveLength(5);
    expect(fleet.errors).toEqual([]);
  });

  test('scales down to what is asked and says so', async () => {
    const fleet = await world();
    fleet.add(SETS, set('web', 600));
    await fleet.rest();
    expect(active(fleet)).toHaveLength(600);
    fleet.edit(SETS, 'default', 'web', (object) => {
      object.spec.replicas = 0;
    });
    await fleet.rest();
    expect(active(fleet)).toHaveLength(0);
    expect(fleet.get(SETS, 'web')?.status).toEqual({ replicas: 0, observedGeneration: 2 });
  });

  test('stops at the first refusal, reports it, and goes on when it is lifted', async () => {
    const fleet = await world();
    let asked = 0;
    fleet.refuse = ({ kind }) => {
      asked += kind === 'Pod' ? 1 : 0;
      return kind === 'Pod' ? forbidden({ group: '', resource: 'pods' }, 'web-x', 'exceeded quota: q') : undefined;
    };
    fleet.add(SETS, set('web', 100));
    await fleet.clock.advance(4);
    expect(asked).toBe(1);
    expect(fleet.get(SETS, 'web')?.status.conditions).toEqual([
      expect.objectContaining({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }),
    ]);
    expect(fleet.events).toContainEqual(
      expect.objectContaining({
        reason: 'FailedCreate',
        message: 'Error creating: pods "web-x" is forbidden: exceeded quota: q',
      }),
    );
    fleet.refuse = undefined;
    await fleet.advance(10_000);
    expect(active(fleet)).toHaveLength(100);
    expect(fleet.get(SETS, 'web')?.status.conditions ?? []).toEqual([]);
  });

  test('adopts matching orphans and releases what it no longer selects', async () => {
    const fleet = await world();
    const orphan = fleet.add('pods', {
      kind: 'Pod',
      metadata: { name: 'lonely', namespace: 'default', labels: { app: 'web' } },
      spec: { nodeName: 'n1', containers: [] },
    });
    fleet.add(SETS, set('web', 2));
    await fleet.rest();
    const owners = fleet.get('pods', 'lonely')?.metadata.ownerReferences;
    expect(owners).toEqual([expect.objectContaining({ name: 'web', controller: true })]);
    expect(active(fleet)).toHaveLength(2);
    fleet.edit('pods', 'default', orphan.metadata.name, ({ metadata }) => {
      metadata.labels = { app: 'debug' };
    });
    await fleet.rest();
    expect(fleet.get('pods', 'lonely')?.metadata.ownerReferences).toEqual([]);
    expect(active(fleet)).toHaveLength(3);
    fleet.edit('pods', 'default', orphan.metadata.name, ({ metadata }) => {
      metadata.labels = { app: 'web' };
    });
    // Orphans are gathered for a second.
    await fleet.advance(2_000);
    expect(active(fleet)).toHaveLength(2);
  });

  test('gives up pods beside others of its Deployment first, and those that are over count no more', async () => {
    const fleet = await world();
    fleet.add('nodes', { metadata: { name: 'n2' } });
    const addPod = (name: string, nodeName: string, hash: string) =>
      fleet.add('pods', {
        metadata: { name, namespace: 'default', labels: { app: 'web', 'pod-template-hash': hash } },
        spec: { nodeName, containers: [] },
      });
    addPod('beside', 'n1', 'new');
    addPod('alone', 'n2', 'new');
    addPod('sibling', 'n1', 'old');
    for (const name of ['over-1', 'over-2', 'over-3']) {
      addPod(name, 'n2', 'old');
      fleet.setPhase('default', name, 'Failed');
    }
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true };
    const labels = { app: 'web', 'pod-template-hash': 'new' };
    const given = set('web', 2, { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: {} } });
    fleet.add(SETS, { ...given, metadata: { ...given.metadata, ownerReferences: [owner] } });
    await fleet.advance(3_000);
    fleet.edit(SETS, 'default', 'web', (object) => {
      object.spec.replicas = 1;
    });
    await fleet.rest();
    expect(fleet.events.filter(({ reason }) => reason === 'SuccessfulDelete').map(({ message }) => message)).toEqual([
      'Deleted pod: beside',
    ]);
  });

  test('that is being deleted makes nothing', async () => {
    const fleet = await world();
    const object = set('web', 3);
    fleet.add(SETS, {
      ...object,
      metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] },
    });
    await fleet.rest();
    expect(active(fleet)).toHaveLength(0);
  });

  test('converges on any count under random failures, deletions and scalings, and never owns more than asked', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('scale' as const), to: fc.nat(12) }),
      fc.record({ do: fc.constantFrom('fail' as const, 'delete' as const, 'force' as const), at: fc.nat(20) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3_000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const fleet = await world();
        let wanted = 3;
        let most = 3;
        fleet.add(SETS, set('web', wanted));
        fleet.onWrite = (id) => {
          if (id === 'pods') {
            expect(active(fleet).length).toBeLessThanOrEqual(most);
          }
        };
        for (const now of steps) {
          if (now.do === 'scale') {
            // Until the controller has seen it, the old count may still stand.
            most = Math.max(wanted, now.to);
            wanted = now.to;
            fleet.edit(SETS, 'default', 'web', (object) => {
              object.spec.replicas = wanted;
            });
            await fleet.rest();
            most = wanted;
          } else if (now.do === 'wait') {
            await fleet.advance(now.ms, 500);
          } else {
            const pod = active(fleet)[now.at];
            if (pod !== undefined && now.do === 'fail') {
              fleet.setPhase('default', pod.metadata.name, 'Failed');
            } else if (pod !== undefined) {
              await fleet.delete('pods', 'default', pod.metadata.name, now.do === 'force' ? 0 : 1);
            }
          }
        }
        await fleet.advance(10_000);
        expect(active(fleet)).toHaveLength(wanted);
        const status = { availableReplicas: 0, ...fleet.get(SETS, 'web')?.status };
        expect(status).toMatchObject({ replicas: wanted, availableReplicas: wanted });
        expect(fleet.errors).toEqual([]);
        fleet.stop();
      }),
      { numRuns: 40 },
    );
  });
});
