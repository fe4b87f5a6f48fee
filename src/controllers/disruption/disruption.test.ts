import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DEPLOYMENTS, deployment, SETS } from '../../../test/support/workloads.ts';
import { deploymentController } from '../deployment/controller.ts';
import { replicaSetController } from '../replicaset/controller.ts';
import { disruptionController } from './controller.ts';
import { staleDisruptionController } from './stale-targets.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
let fleet: FleetWorld;
beforeEach(async () => {
  const controllers = [disruptionController, staleDisruptionController, deploymentController, replicaSetController];
  fleet = new FleetWorld(controllers);
  fleet.add('nodes', { metadata: { name: 'n1' } });
  await fleet.start();
});
afterEach(() => fleet.stop());

const addBudget = (spec: object, app = 'web') =>
  fleet.add(BUDGETS, {
    ...{ kind: 'PodDisruptionBudget', metadata: { name: app, namespace: 'default' } },
    spec: { selector: { matchLabels: { app } }, ...spec },
  });
const status = (name = 'web') => (fleet.get(BUDGETS, name) as Loose).status;
const addPod = (name: string, more: object = {}) =>
  fleet.add('pods', {
    metadata: { name, namespace: 'default', labels: { app: 'web' }, ...more },
    spec: { nodeName: 'n1', containers: [] },
  });
const told = (reason: string) => fleet.events.filter((event) => event.reason === reason);

describe('a disruption budget', () => {
  test('follows its pods, and a Deployment’s own number while its sets roll', async () => {
    fleet.add(DEPLOYMENTS, deployment('web', 4, { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } }));
    addBudget({ maxUnavailable: '25%' });
    await fleet.advance(5_000);
    expect(status()).toMatchObject({ currentHealthy: 4, desiredHealthy: 3, expectedPods: 4, disruptionsAllowed: 1 });
    fleet.startPod = (pod) => (pod.spec.containers[0].image === 'v2' ? 'Pending' : 'Running');
    fleet.edit(DEPLOYMENTS, 'default', 'web', ({ spec }) => {
      spec.template.spec.containers[0].image = 'v2';
    });
    await fleet.advance(5_000);
    expect(
      fleet
        .all(SETS)
        .map(({ spec }) => spec.replicas)
        .sort(),
    ).toEqual([2, 4]);
    expect(status()).toMatchObject({ currentHealthy: 4, expectedPods: 4, disruptionsAllowed: 1 });
    await fleet.delete('pods', 'default', fleet.all('pods')[0]?.metadata.name ?? '');
    await fleet.rest();
    expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 0 });
    expect(fleet.errors).toEqual([]);
  });

  test('forgets an eviction that was granted and not carried out, and tells of it', async () => {
    addPod('p');
    addPod('q');
    addBudget({ minAvailable: 1 });
    await fleet.advance(2_000);
    fleet.edit(BUDGETS, 'default', 'web', (budget) => {
      budget.status.disruptedPods = { p: new Date(fleet.clock.now()).toISOString() };
      budget.status.disruptionsAllowed = 0;
    });
    addPod('r');
    await fleet.advance(2_000);
    expect(status()).toMatchObject({
      currentHealthy: 2,
      disruptionsAllowed: 1,
      disruptedPods: { p: expect.any(String) },
    });
    await fleet.advance(119_000);
    expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 2 });
    expect(status().disruptedPods).toBeUndefined();
    expect(told('NotDeleted').map(({ name, message }) => [name, message])).toEqual([
      ['p', "Pod was expected by PDB default/web to be deleted but it wasn't"],
    ]);
  });

  test('of pods without a controller tells that a percentage is of nothing', async () => {
    addPod('bare');
    addBudget({ minAvailable: '50%' });
    await fleet.advance(2_000);
    expect(status()).toMatchObject({ expectedPods: 0, currentHealthy: 1, disruptionsAllowed: 0 });
    expect(told('UnmanagedPods')).toHaveLength(2);
    addBudget({ minAvailable: 1 }, 'none');
    await fleet.advance(2_000);
    expect(told('NoPods').map(({ name, message }) => [name, message])).toEqual([['none', 'No matching pods found']]);
  });

  test.each([
    [
      'has no size',
      { kind: 'Job', apiVersion: 'batch/v1', name: 'j' },
      'jobs.batch does not implement the scale subresource',
    ],
    ['is gone', { kind: 'ReplicaSet', apiVersion: 'apps/v1', name: 'x' }, 'found no controllers for pod "p"'],
  ])('of pods whose controller %s grants nothing and says why, without a loop', async (_, owner, why) => {
    const job = fleet.add('jobs.batch', {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: { name: 'j', namespace: 'default' },
    });
    const uid = owner.kind === 'Job' ? job.metadata.uid : 'no-such-uid';
    addPod('p', { ownerReferences: [{ ...owner, uid, controller: true }] });
    addBudget({ maxUnavailable: 1 });
    await fleet.advance(2_000);
    expect(status()).toMatchObject({ disruptionsAllowed: 0 });
    expect(status().conditions).toEqual([
      expect.objectContaining({ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: why }),
    ]);
    const messages = told('CalculateExpectedPodCountFailed').map(({ message }) => message);
    expect(new Set(messages)).toEqual(new Set([`Failed to calculate the number of expected pods: ${why}`]));
    let writes = 0;
    fleet.onWrite = (id) => {
      writes += id === BUDGETS ? 1 : 0;
    };
    await fleet.advance(700_000, 10_000);
    expect(writes).toBe(0);
  });

  test('that is looked at again and again is written once', async () => {
    addPod('p');
    addBudget({ minAvailable: 1 });
    await fleet.advance(2_000);
    let writes = 0;
    fleet.onWrite = (id) => {
      writes += id === BUDGETS ? 1 : 0;
    };
    fleet.edit('pods', 'default', 'p', ({ metadata }) => {
      metadata.labels = { app: 'web', other: 'x' };
    });
    await fleet.advance(700_000, 10_000);
    expect(writes).toBe(0);
  });
});

describe('a pod that was to be disrupted', () => {
  const mark = (name: string, reason = 'EvictionByEvictionAPI') =>
    fleet.edit('pods', 'default', name, (pod) => {
      const lastTransitionTime = new Date(fleet.clock.now()).toISOString();
      pod.status = {
        ...pod.status,
        conditions: [{ type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime }],
      };
    });
  const targets = () =>
    Object.fromEntries(
      fleet
        .all('pods')
        .map(({ metadata, status: { conditions } }) => [
          metadata.name,
          conditions.find(({ type }: { type: string }) => type === 'DisruptionTarget')?.status,
        ]),
    );

  test('and stays is no target any more after two minutes, but for its kubelet’s own', async () => {
    for (const [name, reason] of [
      ['p', undefined],
      ['own', 'TerminationByKubelet'],
      ['late', undefined],
    ] as const) {
      addPod(name);
      mark(name, reason);
    }
    await fleet.advance(60_000, 10_000);
    mark('late');
    await fleet.advance(50_000, 10_000);
    expect(targets()).toEqual({ p: 'True', own: 'True', late: 'True' });
    await fleet.advance(20_000, 10_000);
    expect(targets()).toEqual({ p: 'False', own: 'True', late: 'True' });
    await fleet.advance(60_000, 10_000);
    expect(targets()).toEqual({ p: 'False', own: 'True', late: 'False' });
    expect(fleet.errors).toEqual([]);
  });
});
