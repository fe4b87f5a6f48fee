import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { kindFixture } from '../../../test/support/kind-fixture.ts';
import type { JsonObject } from '../../values/object.ts';
import { ephemeralVolumeController } from '../ephemeral-volume/controller.ts';
import { schedulerController } from '../scheduler/controller.ts';
import { volumeBindingController } from './controller.ts';

const CLAIMS = 'persistentvolumeclaims';
const VOLUMES = 'persistentvolumes';
const CLASSES = 'storageclasses.storage.k8s.io';
const ZONE = 'topology.kubernetes.io/zone';
const { refusals } = kindFixture('PersistentVolume');
let fleet: FleetWorld;

beforeEach(async () => {
  fleet = new FleetWorld([volumeBindingController, ephemeralVolumeController, schedulerController]);
  await fleet.start();
  addNode('a1', 'a');
  addNode('b1', 'b');
});
afterEach(() => fleet.stop());

function addNode(name: string, zone: string): void {
  const status = { allocatable: { cpu: '4', memory: '16Gi', pods: '110' } };
  fleet.add('nodes', { kind: 'Node', metadata: { name, labels: { [ZONE]: zone } }, spec: {}, status });
}
const addClass = (name: string, volumeBindingMode: string, more: JsonObject = {}, annotations = {}): Loose =>
  fleet.add(CLASSES, {
    ...{ kind: 'StorageClass', metadata: { name, annotations }, provisioner: 'csi.example.com', volumeBindingMode },
    ...{ reclaimPolicy: 'Delete', ...more },
  });
const addClaim = (name: string, storageClassName: string, storage = '1Gi', more: JsonObject = {}): Loose =>
  fleet.add(CLAIMS, {
    ...{ kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, storageClassName, ...more },
    status: { phase: 'Pending' },
  });
const addVolume = (name: string, storage: string, more: JsonObject = {}): Loose =>
  fleet.add(VOLUMES, {
    ...{ kind: 'PersistentVolume', metadata: { name } },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage }, persistentVolumeReclaimPolicy: 'Retain', ...more },
    status: { phase: 'Pending' },
  });
const addPod = (name: string, claimName: string): Loose =>
  fleet.add('pods', {
    ...{ kind: 'Pod', metadata: { name, namespace: 'default' }, status: { phase: 'Pending' } },
    spec: { containers: [{ name: 'c' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
  });
const onNode = (node: string): JsonObject => ({
  required: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }] },
});

const claim = (name: string): Loose => fleet.get(CLAIMS, name) as Loose;
const volume = (name: string): Loose => fleet.get(VOLUMES, name) as Loose;
const nodeOf = (name: string): string | undefined => fleet.get('pods', name)?.spec.nodeName;
const whyNot = (name: string): string =>
  fleet.get('pods', name)?.status.conditions?.find(({ type }: { type: string }) => type === 'PodScheduled')?.message;
const told = (name: string): string[] =>
  fleet.events.filter((event) => event.name === name).map(({ reason, message }) => `${reason}: ${message}`);

describe('claims that are bound at once', () => {
  test('get the smallest volume that does, and give it back as it was asked', async () => {
    for (const [name, storage] of [
      ['big', '10Gi'],
      ['small', '2Gi'],
      ['tiny', '500Mi'],
    ] as const) {
      addVolume(name, storage);
    }
    await fleet.advance(1_000);
    expect(volume('small').status.phase).toBe('Available');
    addClaim('data', '');
    await fleet.advance(1_000);
    expect(claim('data')).toMatchObject({
      metadata: {
        annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
      },
      spec: { volumeName: 'small' },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' } },
    });
    expect(volume('small')).toMatchObject({
      spec: { claimRef: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data' } },
      status: { phase: 'Bound' },
    });
    await fleet.delete(CLAIMS, 'default', 'data');
    await fleet.advance(1_000);
    expect(volume('small').status.phase).toBe('Released');
  });

  test('get a volume that is made for them, and it goes with them', async () => {
    addClass('fast', 'Immediate');
    const { metadata } = addClaim('data', 'fast');
    await fleet.advance(1_000);
    const name = `pvc-${metadata.uid}`;
    expect(claim('data')).toMatchObject({ spec: { volumeName: name }, status: { phase: 'Bound' } });
    expect(volume(name)).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/provisioned-by': 'csi.example.com' } },
      spec: { storageClassName: 'fast', persistentVolumeReclaimPolicy: 'Delete', csi: { driver: 'csi.example.com' } },
    });
    expect(told('data')).toContain(`ProvisioningSucceeded: Successfully provisioned volume ${name}`);
    addPod('web', 'data');
    await fleet.advance(2_000);
    expect(nodeOf('web')).toBeDefined();
    await fleet.delete(CLAIMS, 'default', 'data');
    await fleet.advance(1_000);
    expect(volume(name)).toBeUndefined();
  });

  test.each([
    ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io', 'pd.csi.storage.gke.io'],
    ['rancher.io/local-path', 'rancher.io/local-path', 'rancher.io.local-path'],
  ])('get a volume that can be stored of %s, which is no name of a driver', async (provisioner, known, driver) => {
    addClass('old', 'Immediate', { provisioner });
    const { metadata } = addClaim('data', 'old');
    await fleet.advance(1_000);
    const made = volume(`pvc-${metadata.uid}`);
    expect(made.metadata.annotations?.['pv.kubernetes.io/provisioned-by']).toBe(known);
    expect(claim('data').metadata.annotations?.['volume.kubernetes.io/storage-provisioner']).toBe(known);
    expect(made.spec.csi?.driver).toBe(driver);
    expect(refusals(made as never)).toEqual([]);
  });

  test('wait where nothing fits, and say why', async () => {
    addClass('theirs', 'Immediate', {}, { 'fleet.flotilla.dev/provisioning': 'external' });
    addClass('none', 'Immediate', { provisioner: 'kubernetes.io/no-provisioner' });
    addVolume('tiny', '1Mi');
    for (const [name, className] of [
      ['plain', ''],
      ['theirs', 'theirs'],
      ['none', 'none'],
      ['typo', 'typo'],
    ] as const) {
      addClaim(name, className);
    }
    addClaim('named', '', '1Gi', { volumeName: 'tiny' });
    addPod('web', 'plain');
    await fleet.advance(2_000);
    expect(told('plain')[0]).toBe(
      'FailedBinding: no persistent volumes available for this claim and no storage class is set',
    );
    expect(told('theirs')[0]).toMatch(
      /^ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'csi.example.com'/,
    );
    expect(claim('theirs').metadata.annotations).toMatchObject({
      'volume.kubernetes.io/storage-provisioner': 'csi.example.com',
    });
    expect(told('none')[0]).toBe('ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner');
    expect(told('typo')[0]).toBe('ProvisioningFailed: storageclass.storage.k8s.io "typo" not found');
    expect(told('named')[0]).toBe('VolumeMismatch: Cannot bind to requested volume "tiny": requested PV is too small');
    expect(whyNot('web')).toBe(
      '0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
    addVolume('late', '1Gi');
    await fleet.advance(5_000);
    expect(claim('plain').status.phase).toBe('Bound');
    expect(nodeOf('web')).toBeDefined();
  });

  test('are lost with their volume', async () => {
    addVolume('v', '1Gi');
    addClaim('data', '');
    await fleet.advance(20_000);
    expect(claim('data').status.phase).toBe('Bound');
    await fleet.delete(VOLUMES, '', 'v');
    await fleet.advance(1_000);
    expect(claim('data').status.phase).toBe('Lost');
    addPod('web', 'data');
    await fleet.advance(1_000);
    expect(whyNot('web')).toContain('persistentvolumeclaim "data" bound to non-existent persistentvolume "v"');
  });
});

describe('claims that wait for their first pod', () => {
  test('get a volume where the pod goes, and others of the claim follow', async () => {
    addClass('zonal', 'WaitForFirstConsumer');
    const { metadata } = addClaim('data', 'zonal');
    await fleet.advance(2_000);
    expect(claim('data').status.phase).toBe('Pending');
    expect(told('data')[0]).toBe('WaitForFirstConsumer: waiting for first consumer to be created before binding');
    addPod('web', 'data');
    await fleet.rest();
    const node = nodeOf('web');
    expect(claim('data')).toMatchObject({
      metadata: { annotations: { 'volume.kubernetes.io/selected-node': node } },
      status: { phase: 'Bound' },
    });
    expect(volume(`pvc-${metadata.uid}`).spec.nodeAffinity.required.nodeSelectorTerms).toEqual([
      { matchExpressions: [{ key: ZONE, operator: 'In', values: [node === 'a1' ? 'a' : 'b'] }] },
    ]);
    fleet.edit('nodes', '', node ?? '', ({ spec }) => {
      spec.unschedulable = true;
    });
    addPod('second', 'data');
    await fleet.advance(2_000);
    expect(whyNot('second')).toContain("1 node(s) didn't match PersistentVolume's node affinity");
    expect(fleet.errors).toEqual([]);
  });

  test('take local volumes, each once, on the node that has them', async () => {
    addClass('local', 'WaitForFirstConsumer', { provisioner: 'kubernetes.io/no-provisioner' });
    for (const node of ['a1', 'b1']) {
      addVolume(`on-${node}`, '1Gi', { storageClassName: 'local', nodeAffinity: onNode(node) });
    }
    for (const name of ['x', 'y', 'z']) {
      addClaim(name, 'local');
    }
    await fleet.advance(1_000);
    for (const name of ['x', 'y', 'z']) {
      addPod(name, name);
    }
    await fleet.advance(3_000);
    const placed = ['x', 'y', 'z'].filter((name) => nodeOf(name) !== undefined);
    expect(placed).toHaveLength(2);
    for (const name of placed) {
      expect(claim(name).spec.volumeName).toBe(`on-${nodeOf(name)}`);
    }
    const [left = ''] = ['x', 'y', 'z'].filter((name) => nodeOf(name) === undefined);
    expect(whyNot(left)).toContain("2 node(s) didn't find available persistent volumes to bind");
    addVolume('third', '1Gi', { storageClassName: 'local' });
    await fleet.advance(20_000);
    expect(nodeOf(left)).toBeDefined();
    expect(fleet.errors).toEqual([]);
  });

  test('go only where the class allows', async () => {
    const matchLabelExpressions = [{ key: ZONE, values: ['b'] }];
    addClass('zonal', 'WaitForFirstConsumer', { allowedTopologies: [{ matchLabelExpressions }] });
    addClaim('data', 'zonal');
    addPod('web', 'data');
    await fleet.advance(2_000);
    expect(nodeOf('web')).toBe('b1');
  });

  test('survive that the scheduler ends between its choice and the binding', async () => {
    addClass('zonal', 'WaitForFirstConsumer');
    addClaim('data', 'zonal');
    addPod('web', 'data');
    let ended = false;
    fleet.onWrite = (id, object) => {
      if (!ended && id === CLAIMS && object?.metadata.annotations?.['volume.kubernetes.io/selected-node']) {
        ended = true;
        setImmediate(() => void fleet.restart());
      }
    };
    await fleet.advance(20_000);
    expect(ended).toBe(true);
    expect(claim('data').status.phase).toBe('Bound');
    expect(nodeOf('web')).toBe(claim('data').metadata.annotations?.['volume.kubernetes.io/selected-node']);
    expect(fleet.all(VOLUMES)).toHaveLength(1);
  });
});

describe('a pod', () => {
  test('waits for a claim that is not there', async () => {
    addPod('web', 'data');
    await fleet.advance(1_000);
    expect(whyNot('web')).toMatch(/^0\/2 nodes are available: persistentvolumeclaim "data" not found\./);
    addVolume('v', '1Gi');
    addClaim('data', '');
    await fleet.advance(20_000);
    expect(nodeOf('web')).toBeDefined();
  });

  test('gets the claims of its ephemeral volumes', async () => {
    addClass('fast', 'WaitForFirstConsumer');
    const spec = {
      accessModes: ['ReadWriteOnce'],
      ...{ resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast' },
    };
    fleet.add('pods', {
      ...{ kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, status: { phase: 'Pending' } },
      spec: {
        containers: [{ name: 'c' }],
        volumes: [
          { name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { app: 'web' } }, spec } } },
        ],
      },
    });
    await fleet.advance(5_000);
    expect(claim('web-scratch')).toMatchObject({
      metadata: { labels: { app: 'web' }, ownerReferences: [{ kind: 'Pod', name: 'web', controller: true }] },
      status: { phase: 'Bound' },
    });
    expect(nodeOf('web')).toBeDefined();
  });
});
