import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import type { Trigger } from '../../registry/registry.ts';
import type { JsonObject } from '../../values/object.ts';
import type { ControllerDefinition } from '../controller.ts';
import { volumeBindingController } from '../volume-binding/controller.ts';
import { claimProtectionController } from './claim-protection.ts';
import { volumeProtectionController } from './volume-protection.ts';

const [CLAIMS, VOLUMES] = ['persistentvolumeclaims', 'persistentvolumes'];
const [OF_CLAIM, OF_VOLUME] = ['kubernetes.io/pvc-protection', 'kubernetes.io/pv-protection'];
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([claimProtectionController, volumeProtectionController, volumeBindingController]);
  await fleet.start();
});
afterEach(() => fleet.stop());

const addClaim = (name: string, more: JsonObject = {}) =>
  fleet.add(CLAIMS, {
    ...{ kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default', finalizers: [OF_CLAIM], ...more } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' },
  });
const addPod = (name: string, nodeName: string, volume: JsonObject, more: JsonObject = {}) =>
  fleet.add('pods', {
    ...{ kind: 'Pod', metadata: { name, namespace: 'default', ...more }, status: { phase: 'Running' } },
    spec: { containers: [], nodeName, volumes: [{ name: 'data', ...volume }] },
  });
const using = (claimName: string) => ({ persistentVolumeClaim: { claimName } });
/** As it was before it was there. */
const withoutTriggers = (definition: ControllerDefinition): ControllerDefinition => ({ ...definition, triggers: [] });
const isThere = (name: string): boolean => fleet.get(CLAIMS, name) !== undefined;

describe('a claim that is deleted', () => {
  test('stays while a pod on a node uses it, an ended one too, and goes with the last', async () => {
    addClaim('data');
    addPod('a', 'n1', using('data'));
    addPod('b', 'n1', using('data'));
    await fleet.delete(CLAIMS, 'default', 'data');
    await fleet.rest();
    await fleet.delete('pods', 'default', 'a', 0);
    fleet.setPhase('default', 'b', 'Succeeded');
    await fleet.rest();
    expect(fleet.get(CLAIMS, 'data')?.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: [OF_CLAIM],
    });
    await fleet.delete('pods', 'default', 'b', 0);
    await fleet.rest();
    expect(isThere('data')).toBe(false);
    expect(fleet.errors).toEqual([]);
  });

  test('does not wait for a pod without a node, nor for one of another claim or namespace', async () => {
    addClaim('data');
    addPod('waiting', '', using('data'));
    addPod('other', 'n1', using('other'));
    addPod('elsewhere', 'n1', using('data'), { namespace: 'b' });
    await fleet.delete(CLAIMS, 'default', 'data');
    await fleet.rest();
    expect(isThere('data')).toBe(false);
  });

  test('of an ephemeral volume goes when its pod is shut down, though something holds the pod', async () => {
    const { metadata } = addPod(
      'web',
      'n1',
      { ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { finalizers: ['a/b'] },
    );
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: metadata.uid ?? '', controller: true };
    addClaim('web-data', { ownerReferences: [owner] });
    await fleet.delete(CLAIMS, 'default', 'web-data');
    await fleet.rest();
    expect(isThere('web-data')).toBe(true);
    await fleet.delete('pods', 'default', 'web', 0);
    await fleet.rest();
    expect(fleet.get('pods', 'web')).toBeDefined();
    expect(isThere('web-data')).toBe(false);
  });

  test('has the name of an ephemeral volume, and is not its pod’s: it goes', async () => {
    addPod('web', 'n1', { ephemeral: { volumeClaimTemplate: { spec: {} } } });
    addClaim('web-data');
    await fleet.delete(CLAIMS, 'default', 'web-data');
    await fleet.rest();
    expect(isThere('web-data')).toBe(false);
  });
});

test('a volume that is deleted stays while it is bound, and goes with its claim', async () => {
  fleet.add(VOLUMES, {
    ...{ kind: 'PersistentVolume', metadata: { name: 'disk', finalizers: [OF_VOLUME] }, status: { phase: 'Pending' } },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, persistentVolumeReclaimPolicy: 'Retain' },
  });
  await fleet.advance(1_000);
  addClaim('data');
  await fleet.advance(1_000);
  await fleet.delete(VOLUMES, '', 'disk');
  await fleet.advance(1_000);
  expect(fleet.get(VOLUMES, 'disk')).toMatchObject({
    metadata: { finalizers: [OF_VOLUME] },
    status: { phase: 'Bound' },
  });
  await fleet.delete(CLAIMS, 'default', 'data');
  await fleet.advance(1_000);
  expect([isThere('data'), fleet.get(VOLUMES, 'disk')]).toEqual([false, undefined]);
});

test('who takes the finalizer off what lives gets it back', async () => {
  addClaim('data', { finalizers: ['a/b'] });
  fleet.add(VOLUMES, {
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: {},
    status: { phase: 'Available' },
  });
  await fleet.rest();
  expect(fleet.get(CLAIMS, 'data')?.metadata.finalizers).toEqual(['a/b', OF_CLAIM]);
  expect(fleet.get(VOLUMES, 'disk')?.metadata.finalizers).toEqual([OF_VOLUME]);
});

test('what was stored before there was a protection gets it when it changes', () => {
  const kind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };
  const before = { ...kind, metadata: { name: 'data', namespace: 'default' } };
  const after = { ...kind, metadata: { ...before.metadata, labels: { a: 'b' } } };
  const [{ dueOn }] = claimProtectionController.triggers as [Trigger];
  expect(dueOn({ before, after }).map(({ key }) => key)).toEqual(['default/data']);
});

test('and at a look at all', async () => {
  const old = new FleetWorld([claimProtectionController, volumeProtectionController].map(withoutTriggers));
  old.add(CLAIMS, { kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default' }, spec: {} });
  old.add(VOLUMES, { kind: 'PersistentVolume', metadata: { name: 'disk' }, spec: {} });
  await old.start();
  await old.rest();
  expect(old.get(CLAIMS, 'data')?.metadata.finalizers).toEqual([OF_CLAIM]);
  expect(old.get(VOLUMES, 'disk')?.metadata.finalizers).toEqual([OF_VOLUME]);
  old.stop();
});

test('a volume that is bound between the look and the write stays', async () => {
  // Without the binder, which would have a word to say on it.
  const world = new FleetWorld([volumeProtectionController]);
  await world.start();
  world.add(VOLUMES, {
    ...{ kind: 'PersistentVolume', metadata: { name: 'disk', finalizers: [OF_VOLUME] }, status: { phase: 'Released' } },
    spec: {},
  });
  const { registry } = world;
  const { getMany } = registry;
  registry.getMany = async (...args) => {
    registry.getMany = getMany;
    const found = await getMany.apply(registry, args);
    world.edit(VOLUMES, '', 'disk', (volume) => {
      volume.status.phase = 'Bound';
    });
    return found;
  };
  await world.delete(VOLUMES, '', 'disk');
  await world.rest();
  expect(world.get(VOLUMES, 'disk')?.metadata.finalizers).toEqual([OF_VOLUME]);
  expect(registry.getMany).toBe(getMany);
  world.stop();
});
