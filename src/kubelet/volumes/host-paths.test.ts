import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { RuntimeError } from '../../runtimes/runtime.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Pod } from '../pod.ts';
import { containerMounts } from './container-mounts.ts';

type Volumes = NonNullable<Pod['spec']['volumes']>;

/** A world whose runtime has a host, as far as `refusal` lets its pods see of it. */
async function hostWorld(refusal: () => string | undefined = () => undefined) {
  const asked: string[] = [];
  const check = async (path: string, type: string): Promise<void> => {
    asked.push(`${path} ${type}`);
    const message = refusal();
    if (message !== undefined) {
      throw new RuntimeError('CreateContainer', message);
    }
  };
  const world = new World({}, (runtime) => new Map([['simulated', { ...runtime, hostPaths: { check } }]]));
  world.addNode('n1');
  await world.run(0);
  return { world, asked };
}

function addPod(world: World, volume: object): void {
  const containers = [{ name: 'main', image: 'web:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }];
  world.addPod('web', { containers, volumes: [{ name: 'v', ...volume }] as Volumes }, { pullMs: 0, startMs: 0 });
}

function addClaim(world: World, name: string, source: object, owner?: string): void {
  const metadata = { name, namespace: 'default' };
  const ownerReferences =
    owner === undefined ? [] : [{ apiVersion: 'v1', kind: 'Pod', name: 'web', uid: owner, controller: true }];
  const claim = { spec: { volumeName: 'pv1' }, status: { phase: 'Bound' } };
  const objects: [string, KubeObject][] = [
    [
      'persistentvolumeclaims',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...metadata, ownerReferences }, ...claim },
    ],
    [
      'persistentvolumes',
      { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv1' }, spec: source } as KubeObject,
    ],
  ];
  for (const [resource, object] of objects) {
    world.add(resource, object);
  }
}

const CLAIMED = { persistentVolumeClaim: { claimName: 'disk' } };
const phase = (world: World) => world.pod('web')?.status?.phase;

describe('volumes of a runtime that has a host', () => {
  it('a hostPath that it refuses is told as FailedMount, and asked for again', async () => {
    const wrong = 'hostPath type check failed: /srv/data is not a directory';
    let isThere = false;
    const { world, asked } = await hostWorld(() => (isThere ? undefined : wrong));
    addPod(world, { hostPath: { path: '/srv/data', type: 'Directory' } });
    await world.run(5_000);
    expect(world.history.get('web')?.at(-1)).toBe('Pending [ContainerCreating]');
    expect(asked[0]).toBe('/srv/data Directory');
    expect(await world.events()).toContainEqual(
      expect.stringContaining(`FailedMount MountVolume.SetUp failed for volume "v" : ${wrong}`),
    );
    isThere = true;
    await world.run(20_000);
    expect(phase(world)).toBe('Running');
  });

  it.each([
    [{ hostPath: { path: '/srv/a', type: 'File' } }, ['/srv/a File']],
    [{ local: { path: '/srv/b' } }, ['/srv/b Directory']],
    [{ csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'x' } }, []],
  ])('of a claim: where its volume is, %j', async (source, paths) => {
    const { world, asked } = await hostWorld();
    addClaim(world, 'disk', source);
    addPod(world, CLAIMED);
    await world.run(5_000);
    expect([phase(world), asked]).toEqual(['Running', paths]);
  });

  it.each([
    [
      { nfs: { server: 's', path: '/' } },
      'failed to get Plugin from volumeSpec for volume "v" err=no volume plugin matched',
    ],
    [
      { image: { reference: 'a:1' } },
      'failed to get Plugin from volumeSpec for volume "v" err=no volume plugin matched',
    ],
    [
      { csi: { driver: 'secrets.example' } },
      'MountVolume.SetUp failed for volume "v" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name secrets.example not found in the list of registered CSI drivers',
    ],
  ])('%j is of no kind that it serves, and FailedMount says so', async (volume, words) => {
    const { world } = await hostWorld();
    addPod(world, volume);
    await world.run(5_000);
    expect(phase(world)).toBe('Pending');
    expect(await world.events()).toContainEqual(expect.stringContaining(words));
  });

  it('nor is a claim’s volume of such a kind, nor one that is not there', async () => {
    const { world } = await hostWorld();
    addClaim(world, 'disk', { nfs: { server: 's', path: '/' } });
    addPod(world, CLAIMED);
    await world.run(2_000);
    world.delete('persistentvolumes', '', 'pv1', 0);
    await world.run(10_000);
    const events = (await world.events()).join('\n');
    expect(events).toContain('volume "pv1" err=no volume plugin matched');
    expect(events).toContain('failed to fetch PV pv1 from API server: persistentvolumes "pv1" not found');
    expect(phase(world)).toBe('Pending');
  });

  it('what a simulation has is like any other volume', async () => {
    const world = new World();
    world.addNode('n1');
    await world.run(0);
    addPod(world, { nfs: { server: 's', path: '/' } });
    await world.run(5_000);
    expect(phase(world)).toBe('Running');
  });
});

it('an ephemeral volume is a claim of the pod’s own', async () => {
  const { world, asked } = await hostWorld();
  addPod(world, { ephemeral: { volumeClaimTemplate: { spec: {} } } });
  await world.run(2_000);
  addClaim(world, 'web-v', { hostPath: { path: '/srv/mine' } }, 'another');
  await world.run(10_000);
  const events = (await world.events()).join('\n');
  expect(events).toContain('persistentvolumeclaim "web-v" not found');
  expect(events).toContain('PVC default/web-v was not created for pod default/web (pod is not owner)');
  world.edit<KubeObject>('persistentvolumeclaims', 'default', 'web-v', ({ metadata }) => {
    metadata.ownerReferences = [{ ...metadata.ownerReferences![0]!, uid: world.pod('web')!.metadata.uid }];
  });
  await world.run(60_000);
  expect([phase(world), asked]).toEqual(['Running', ['/srv/mine ']]);
});

it('a claim’s volume is mounted where it is, read only where the pod says so, and by its uid', async () => {
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'disk', readOnly: true } }];
  const pod = {
    metadata: { name: 'web', namespace: 'default', uid: 'u' },
    spec: { containers: [], volumes },
  } as unknown as Pod;
  const container = { name: 'main', image: 'web:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] };
  const objects = {
    claim: { spec: { volumeName: 'pv1' }, status: { phase: 'Bound' } },
    volume: { spec: { local: { path: '/srv/b' } } },
  };
  let isGone = false;
  const read = (object: object) => async () =>
    isGone ? undefined : ({ metadata: { name: 'x', uid: 'uid-of-x' }, ...object } as KubeObject);
  const none = async () => undefined;
  const mounts = () =>
    containerMounts(container, {
      ...{ pod, hostIP: '', podIP: '', readConfig: none, readNode: none, token: async () => '' },
      ...{ readClaim: read(objects.claim), readPersistentVolume: read(objects.volume) },
    });
  const content = { kind: 'writable', persistentVolume: 'uid-of-x', hostPath: '/srv/b' };
  expect(await mounts()).toMatchObject([{ readOnly: true, content }]);
  isGone = true;
  expect((await mounts())[0]?.content).toEqual({ kind: 'unavailable' });
});
