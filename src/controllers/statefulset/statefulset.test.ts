import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { podTemplate, STATEFUL_SETS, statefulSet } from '../../../test/support/workloads.ts';
import { forbidden } from '../../errors.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { statefulSetController } from './controller.ts';

const CLAIMS = 'persistentvolumeclaims';
const REVISIONS = 'controllerrevisions.apps';
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([statefulSetController, garbageCollector]);
  fleet.add('nodes', { metadata: { name: 'n1' } });
  await fleet.start();
});
afterEach(() => fleet.stop());

const start = async (more: object = {}, ms = 10_000) => {
  fleet.add(STATEFUL_SETS, statefulSet('web', more));
  await fleet.advance(ms);
};
const set = () => fleet.get(STATEFUL_SETS, 'web') as Loose;
const change = (spec: object) =>
  fleet.edit(STATEFUL_SETS, 'default', 'web', (object) => {
    Object.assign(object.spec, spec);
  });
const image = (name: string) => change({ template: podTemplate('web', name) });
const pods = () =>
  fleet
    .all('pods')
    .map(
      ({ metadata, spec }) => `${metadata.name} ${spec.containers[0].image}${metadata.deletionTimestamp ? ' x' : ''}`,
    )
    .sort();
const names = (id: string) => fleet.all(id).map(({ metadata }) => metadata.name);
const told = () => fleet.events.map(({ component, message }) => `${component}: ${message}`);
const claim = { metadata: { name: 'data', labels: { tier: 'x' } }, spec: { accessModes: ['ReadWriteOnce'] } };

describe('a stateful set', () => {
  test('makes its pods one after another, each with a name, a number and a host name', async () => {
    fleet.startPod = ({ metadata }) => (metadata.name === 'web-1' ? 'Pending' : 'Running');
    await start();
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1']);
    fleet.startPod = () => 'Running';
    await fleet.advance(5_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v1']);
    const [revision] = names(REVISIONS);
    expect(fleet.get('pods', 'web-2')).toMatchObject({
      metadata: {
        labels: {
          ...{ app: 'web', 'apps.kubernetes.io/pod-index': '2', 'statefulset.kubernetes.io/pod-name': 'web-2' },
          'controller-revision-hash': revision,
        },
        ownerReferences: [{ kind: 'StatefulSet', name: 'web', controller: true, blockOwnerDeletion: true }],
      },
      spec: { hostname: 'web-2', subdomain: 'web' },
    });
    expect(set().status).toEqual({
      ...{ observedGeneration: 1, replicas: 3, readyReplicas: 3, availableReplicas: 3, collisionCount: 0 },
      ...{ currentReplicas: 3, updatedReplicas: 3, currentRevision: revision, updateRevision: revision },
    });
    expect(told()).toEqual(
      [0, 1, 2].map((at) => `statefulset-controller: create Pod web-${at} in StatefulSet web successful`),
    );
    expect(fleet.errors).toEqual([]);
  });

  test('waits for minReadySeconds of each', async () => {
    await start({ minReadySeconds: 10 }, 8_000);
    expect(pods()).toEqual(['web-0 v1']);
    await fleet.advance(10_000);
    expect(pods()).toHaveLength(2);
    expect(set().status).toMatchObject({ replicas: 2, availableReplicas: 1 });
  });

  test('in parallel makes and removes them all at once', async () => {
    fleet.startPod = () => 'Pending';
    await start({ podManagementPolicy: 'Parallel', replicas: 4, ordinals: { start: 5 } }, 1_000);
    expect(pods()).toEqual(['web-5 v1', 'web-6 v1', 'web-7 v1', 'web-8 v1']);
    change({ replicas: 1 });
    await fleet.rest();
    expect(pods()).toEqual(['web-5 v1', 'web-6 v1 x', 'web-7 v1 x', 'web-8 v1 x']);
  });

  test('shrinks from the top, one by one, and waits for each to be gone', async () => {
    await start();
    change({ replicas: 1 });
    await fleet.rest();
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v1 x']);
    await fleet.advance(90_000);
    expect(pods()).toEqual(['web-0 v1']);
    expect(told().slice(-2)).toEqual([
      'statefulset-controller: delete Pod web-2 in StatefulSet web successful',
      'statefulset-controller: delete Pod web-1 in StatefulSet web successful',
    ]);
  });

  test('replaces what fails, ends or is deleted, under the same name', async () => {
    await start();
    const uids = new Map(fleet.all('pods').map(({ metadata }) => [metadata.name, metadata.uid]));
    fleet.setPhase('default', 'web-0', 'Failed');
    fleet.setPhase('default', 'web-1', 'Succeeded');
    await fleet.delete('pods', 'default', 'web-2', 1);
    await fleet.advance(20_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v1']);
    expect(fleet.all('pods').filter(({ metadata }) => uids.get(metadata.name) === metadata.uid)).toEqual([]);
  });

  test('never makes a second pod of a number while the first is ending', async () => {
    await start({ replicas: 1 });
    fleet.deadNodes.add('n1');
    await fleet.delete('pods', 'default', 'web-0');
    await fleet.advance(300_000, 10_000);
    expect(pods()).toEqual(['web-0 v1 x']);
  });

  test('that is deleted in the foreground makes nothing anew, and goes', async () => {
    await start();
    await fleet.registry.delete(STATEFUL_SETS, 'default', 'web', { propagationPolicy: 'Foreground' });
    await fleet.advance(60_000);
    expect([...names(STATEFUL_SETS), ...names('pods'), ...names(REVISIONS)]).toEqual([]);
  });

  test('takes over pods of its numbering only, and only its own are in its way', async () => {
    const orphan = (name: string) => {
      const { metadata, ...rest } = podTemplate('web', 'v1');
      fleet.add('pods', { kind: 'Pod', metadata: { ...metadata, name, namespace: 'default' }, ...rest } as never);
    };
    ['web-1', 'web-x', 'other-0'].map(orphan);
    await start();
    const owners = (name: string) => fleet.get('pods', name)?.metadata.ownerReferences?.length ?? 0;
    expect(['web-1', 'web-x', 'other-0'].map(owners)).toEqual([1, 0, 0]);
    expect(set().status).toMatchObject({ replicas: 3 });
  });

  test('tells why its pods are refused, and goes on when they no longer are', async () => {
    fleet.refuse = ({ kind }) =>
      kind === 'Pod' ? forbidden({ group: '', resource: 'pods' }, 'web-0', 'exceeded quota: q') : undefined;
    await start({}, 1_000);
    expect(told()[0]).toBe(
      'statefulset-controller: create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: exceeded quota: q',
    );
    fleet.refuse = undefined;
    await fleet.advance(60_000);
    expect(pods()).toHaveLength(3);
  });
});

describe('an update of a stateful set', () => {
  test('goes from the top down, one at a time, and is then what is', async () => {
    await start();
    const [first] = names(REVISIONS);
    let fewest = 3;
    const isUp = ({ status, metadata }: Loose) =>
      status?.phase === 'Running' && metadata.deletionTimestamp === undefined;
    fleet.onWrite = (id) => {
      fewest = id === 'pods' ? Math.min(fewest, fleet.all('pods').filter(isUp).length) : fewest;
    };
    image('v2');
    await fleet.rest();
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v1 x']);
    expect(set().status).toMatchObject({ currentRevision: first, currentReplicas: 2 });
    await fleet.advance(120_000);
    expect(pods()).toEqual(['web-0 v2', 'web-1 v2', 'web-2 v2']);
    expect(fewest).toBe(2);
    const { status } = set();
    expect(status).toMatchObject({ updatedReplicas: 3, currentReplicas: 3, observedGeneration: 2 });
    expect(status.currentRevision).toBe(status.updateRevision);
    expect(status.updateRevision).not.toBe(first);
    image('v1');
    await fleet.advance(120_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v1']);
    expect(names(REVISIONS)).toHaveLength(2);
    expect(set().status.currentRevision).toBe(first);
  });

  test('leaves what is below the partition, also when it is replaced', async () => {
    await start();
    change({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    image('v2');
    await fleet.advance(60_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v2']);
    await fleet.delete('pods', 'default', 'web-0', 1);
    await fleet.advance(10_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v2']);
    change({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } });
    await fleet.advance(120_000);
    expect(pods()).toEqual(['web-0 v2', 'web-1 v2', 'web-2 v2']);
  });

  test('stops at a pod that does not come up', async () => {
    await start();
    fleet.startPod = (pod) => (pod.spec.containers[0].image === 'v2' ? 'Pending' : 'Running');
    image('v2');
    await fleet.advance(120_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v1', 'web-2 v2']);
  });

  test('on delete replaces only what somebody deletes', async () => {
    await start({ updateStrategy: { type: 'OnDelete' } });
    image('v2');
    await fleet.advance(60_000);
    await fleet.delete('pods', 'default', 'web-1', 1);
    await fleet.advance(10_000);
    expect(pods()).toEqual(['web-0 v1', 'web-1 v2', 'web-2 v1']);
  });

  test('keeps as many revisions as the limit says, beside those in use', async () => {
    await start({ replicas: 1, revisionHistoryLimit: 1 });
    for (const name of ['v2', 'v3', 'v4']) {
      image(name);
      await fleet.advance(60_000);
    }
    expect(fleet.all(REVISIONS).map((one) => (one as never)['revision'])).toEqual([3, 4]);
  });
});

describe('the claims of a stateful set', () => {
  const owners = (name: string) =>
    (fleet.get(CLAIMS, name)?.metadata.ownerReferences ?? []).map(({ kind, name: of }) => `${kind} ${of}`);

  test('are made before their pods, are their volumes, and stay', async () => {
    await start({ volumeClaimTemplates: [claim] });
    expect(names(CLAIMS)).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
    expect(fleet.get(CLAIMS, 'data-web-0')?.metadata.labels).toEqual({ tier: 'x', app: 'web' });
    expect(fleet.get('pods', 'web-1')?.spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-1' } },
    ]);
    expect(told()[0]).toBe('statefulset-controller: create Claim data-web-0 Pod web-0 in StatefulSet web success');
    const uid = fleet.get(CLAIMS, 'data-web-2')?.metadata.uid;
    change({ replicas: 1 });
    await fleet.advance(120_000);
    change({ replicas: 3 });
    await fleet.advance(10_000);
    expect(fleet.get(CLAIMS, 'data-web-2')?.metadata.uid).toBe(uid);
    await fleet.delete(STATEFUL_SETS, 'default', 'web');
    await fleet.advance(60_000);
    expect(names(CLAIMS)).toHaveLength(3);
    expect(fleet.errors).toEqual([]);
  });

  test('go with the set, or with the pods beyond its size, where the policy says so', async () => {
    const policy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
    await start({ volumeClaimTemplates: [claim], persistentVolumeClaimRetentionPolicy: policy });
    expect(owners('data-web-2')).toEqual(['StatefulSet web']);
    change({ replicas: 2 });
    await fleet.rest();
    expect(owners('data-web-2')).toEqual(['Pod web-2']);
    await fleet.advance(60_000);
    expect(names(CLAIMS)).toEqual(['data-web-0', 'data-web-1']);
    change({ replicas: 3 });
    await fleet.advance(20_000);
    expect(owners('data-web-2')).toEqual(['StatefulSet web']);
    change({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } });
    await fleet.advance(1_000);
    expect(owners('data-web-2')).toEqual([]);
    change({ persistentVolumeClaimRetentionPolicy: policy });
    await fleet.advance(1_000);
    await fleet.delete(STATEFUL_SETS, 'default', 'web');
    await fleet.advance(60_000);
    expect(names(CLAIMS)).toEqual([]);
  });

  test('that are going hold their pod back until they are gone', async () => {
    fleet.add(CLAIMS, { metadata: { name: 'data-web-0', namespace: 'default', finalizers: ['x/y'] } });
    await fleet.delete(CLAIMS, 'default', 'data-web-0');
    await start({ volumeClaimTemplates: [claim] });
    expect(pods()).toEqual([]);
    fleet.edit(CLAIMS, 'default', 'data-web-0', ({ metadata }) => {
      metadata.finalizers = [];
    });
    await fleet.advance(10_000);
    expect(pods()).toHaveLength(3);
  });
});
