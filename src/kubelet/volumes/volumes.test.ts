import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Container, Pod } from '../pod.ts';

type Data = KubeObject & { data?: Record<string, string> };

async function emptyWorld(): Promise<World> {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  return world;
}

const add = (world: World, kind: string, name: string, more: object): void => {
  const resource = `${kind.toLowerCase()}s`;
  world.add(resource, { apiVersion: 'v1', kind, metadata: { name, namespace: 'default' }, ...more } as KubeObject);
};

function addPod(world: World, volumes: object[], container: Partial<Container> = {}): void {
  const volumeMounts = (volumes as { name: string }[]).map(({ name }) => ({ name, mountPath: `/${name}` }));
  const containers = [{ name: 'main', image: 'web:1', volumeMounts, ...container }];
  world.addPod(
    'web',
    { containers, volumes: volumes as NonNullable<Pod['spec']['volumes']> },
    { pullMs: 0, startMs: 0 },
  );
}

/** What a command prints in the container. */
async function sh(world: World, script: string, container = 'main'): Promise<string> {
  const action = { kind: 'exec', command: ['sh', '-c', script] } as const;
  const none = { annotations: {}, nodeAnnotations: {}, timeoutMs: 1_000 };
  const call = {
    podUid: world.pod('web')?.metadata.uid ?? '',
    container,
    purpose: 'liveness',
    action,
    ...none,
  } as const;
  const result = await world.runtime.handlers?.run(call, new AbortController().signal);
  return result?.output ?? '';
}

describe('what containers find in their volumes', () => {
  it('ConfigMaps and Secrets, whole or by item, with their modes', async () => {
    const world = await emptyWorld();
    add(world, 'ConfigMap', 'settings', { data: { a: 'one', b: 'two' }, binaryData: { c: 'AAE=' } });
    add(world, 'Secret', 'creds', { data: { password: Buffer.from('geheim').toString('base64') } });
    addPod(world, [
      { name: 'all', configMap: { name: 'settings' } },
      { name: 'some', configMap: { name: 'settings', items: [{ key: 'b', path: 'deep/b.txt', mode: 0o400 }] } },
      { name: 'secret', secret: { secretName: 'creds', defaultMode: 0o600 } },
    ]);
    await world.run(5_000);
    expect(await sh(world, 'ls /all; cat /all/a /all/b; wc -c < /all/c')).toBe('a\nb\nc\nonetwo2\n');
    expect(await sh(world, 'ls /some; cat /some/deep/b.txt')).toBe('deep\ntwo');
    expect(await sh(world, 'ls -l /some/deep /secret; cat /secret/password')).toMatch(
      /-r--------.*b\.txt\n.*-rw-------.*password\ngeheim/s,
    );
  });

  it('fields of the pod, and all sources together', async () => {
    const world = await emptyWorld();
    add(world, 'ConfigMap', 'settings', { data: { a: 'one' } });
    add(world, 'ServiceAccount', 'default', {});
    const items = [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' } },
      { path: 'memory', resourceFieldRef: { containerName: 'main', resource: 'limits.memory', divisor: '1Gi' } },
    ];
    const sources = [
      { configMap: { name: 'settings' } },
      { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { serviceAccountToken: { path: 'token', audience: 'vault' } },
    ];
    const resources = { limits: { cpu: '250m' } };
    addPod(
      world,
      [
        { name: 'info', downwardAPI: { items } },
        { name: 'all', projected: { sources } },
      ],
      {
        volumeMounts: ['info', 'all'].map((name) => ({ name, mountPath: `/${name}` })),
        resources,
      },
    );
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      metadata.labels = { b: '2', a: 'x "y"' };
    });
    await world.run(5_000);
    expect(await sh(world, 'cat /info/labels; echo; cat /info/cpu')).toBe('a="x \\"y\\""\nb="2"\n250');
    // It has no limit: what the node has.
    expect(await sh(world, 'cat /info/memory')).toBe('256');
    expect(await sh(world, 'cat /all/a /all/name; echo; cat /all/token')).toBe('oneweb\ntoken of default for vault');
  });

  it('follows the objects, keeps what is gone, and cannot be written', async () => {
    const world = await emptyWorld();
    add(world, 'ConfigMap', 'settings', { data: { a: 'one' } });
    addPod(world, [{ name: 'config', configMap: { name: 'settings' } }]);
    await world.run(5_000);
    expect(await sh(world, 'touch /tmp/kept; cat /config/a')).toBe('one');
    world.edit<Data>('configmaps', 'default', 'settings', (map) => {
      map.data = { a: 'two', b: 'new' };
    });
    expect(await sh(world, 'cat /config/a /config/b')).toBe('twonew');
    world.delete('configmaps', 'default', 'settings', 0);
    expect(await sh(world, 'cat /config/a')).toBe('two');
    expect(await sh(world, 'echo x > /config/a; rm /config/a; mkdir /config/d; rm -r /config')).toBe(
      [
        'sh: /config/a: Read-only file system',
        "rm: can't remove '/config/a': Read-only file system",
        "mkdir: can't create directory '/config/d': Read-only file system",
        "rm: can't remove '/config': Read-only file system",
        '',
      ].join('\n'),
    );
  });

  it('an emptyDir that the pod’s containers share, for as long as the pod', async () => {
    const world = await emptyWorld();
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const containers = ['main', 'other'].map((name) => ({ name, image: 'web:1', volumeMounts }));
    world.addPod('web', { containers, volumes: [{ name: 'shared' }] }, { pullMs: 0, startMs: 0 });
    await world.run(5_000);
    await sh(world, 'echo hello > /shared/f');
    expect(await sh(world, 'cat /shared/f', 'other')).toBe('hello\n');
    expect(await sh(world, 'mv /shared/f /tmp/f')).toMatch(/Invalid cross-device link/);
    expect(await sh(world, 'ls -d /shared; rm -r /shared')).toMatch(
      /\/shared\nrm: can't remove '\/shared': Device or resource busy/,
    );
  });

  it('parts of a volume, by path or by the environment', async () => {
    const world = await emptyWorld();
    add(world, 'ConfigMap', 'settings', { data: { 'app.conf': 'conf' } });
    const volumeMounts = [
      { name: 'config', mountPath: '/etc/app/app.conf', subPath: 'app.conf' },
      { name: 'data', mountPath: '/mine', subPathExpr: 'of-$(POD)' },
      { name: 'data', mountPath: '/whole' },
    ];
    const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    addPod(
      world,
      [
        { name: 'config', configMap: { name: 'settings' } },
        { name: 'data', emptyDir: {} },
      ],
      { volumeMounts, env },
    );
    await world.run(5_000);
    expect(await sh(world, 'ls /etc/app; cat /etc/app/app.conf')).toBe('app.conf\nconf');
    expect(await sh(world, 'echo x > /mine/f; cat /whole/of-web/f')).toBe('x\n');
  });

  it.each([
    [
      'what clients look for, with the token of the account',
      {},
      {},
      'ca.crt\nnamespace\ntoken\ndefault\ntoken of default for api\nPEM',
    ],
    ['nothing of it when the pod wants none', { automountServiceAccountToken: false }, {}, /No such file/],
    ['nothing of it when the account wants none', {}, { automountServiceAccountToken: false }, /No such file/],
  ])('%s', async (_, spec, account, expected) => {
    const world = await emptyWorld();
    add(world, 'ServiceAccount', 'default', account);
    world.addPod('web', spec, { pullMs: 0, startMs: 0 });
    await world.run(5_000);
    const place = '/var/run/secrets/kubernetes.io/serviceaccount';
    const text = await sh(world, `cd ${place} && ls && cat namespace && echo && cat token && echo && cat ca.crt`);
    expect(text).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });
});

describe('a volume that is not there', () => {
  it.each<[string, object, string, string]>([
    [
      'ConfigMap',
      { configMap: { name: 'settings' } },
      'FailedMount MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
      'a',
    ],
    [
      'Secret',
      { secret: { secretName: 'settings' } },
      'FailedMount MountVolume.SetUp failed for volume "v" : secret "settings" not found',
      'a',
    ],
    [
      'ConfigMap',
      { configMap: { name: 'settings', items: [{ key: 'b', path: 'b' }] } },
      'FailedMount MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
      'b',
    ],
    [
      'Secret',
      { projected: { sources: [{ configMap: { name: 'gone' } }, { secret: { name: 'settings' } }] } },
      'FailedMount MountVolume.SetUp failed for volume "v" : [configmap "gone" not found, secret "settings" not found]',
      '',
    ],
  ])('%s %j keeps the pod in ContainerCreating, with events, until it is', async (kind, source, message, key) => {
    const world = await emptyWorld();
    addPod(world, [{ name: 'v', ...source }]);
    await world.run(10_000);
    expect(world.history.get('web')?.at(-1)).toBe('Pending [ContainerCreating]');
    expect(world.states.rows.size).toBe(0);
    expect((await world.events()).find((event) => event.startsWith(message))).toMatch(/ \(x[4-6]\)$/);
    if (key !== '') {
      add(world, kind, 'settings', { data: { [key]: 'MQ==' } });
      await world.run(20_000);
      expect(world.pod('web')?.status?.phase).toBe('Running');
    }
  });

  it('tells of a key that is missing, and does without what is optional', async () => {
    const world = await emptyWorld();
    add(world, 'Secret', 'creds', { data: { a: 'MQ==' } });
    const items = [{ key: 'b', path: 'b' }];
    addPod(world, [{ name: 'v', secret: { secretName: 'creds', items } }]);
    await world.run(5_000);
    expect(await world.events()).toContainEqual(
      expect.stringContaining('MountVolume.SetUp failed for volume "v" : references non-existent secret key: b'),
    );
    world.delete('pods', 'default', 'web', 0);
    addPod(world, [
      { name: 'v', secret: { secretName: 'creds', items, optional: true } },
      { name: 'w', configMap: { name: 'none', optional: true } },
    ]);
    await world.run(5_000);
    expect(world.pod('web')?.status?.phase).toBe('Running');
    expect(await sh(world, 'ls /v /w')).not.toMatch(/b/);
  });

  it('says after two minutes what the whole pod waits for', async () => {
    const world = await emptyWorld();
    addPod(world, [{ name: 'v', configMap: { name: 'settings' } }]);
    await world.run(300_000);
    expect((await world.events()).find((event) => event.includes('unmounted volumes'))).toMatch(
      /^FailedMount Unable to attach or mount volumes: unmounted volumes=\[v\], unattached volumes=\[\], failed to process volumes=\[\]: context deadline exceeded/,
    );
  });

  it('a claim has to be bound', async () => {
    const world = await emptyWorld();
    addPod(world, [{ name: 'data', persistentVolumeClaim: { claimName: 'disk' } }]);
    await world.run(1_000);
    add(world, 'PersistentVolumeClaim', 'disk', { status: { phase: 'Pending' } });
    await world.run(10_000);
    expect(world.pod('web')?.status?.phase).toBe('Pending');
    const whole =
      'unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/disk: ';
    const events = (await world.events()).join('\n');
    expect(events).toContain(`${whole}failed to fetch PVC from API server: persistentvolumeclaim "disk" not found`);
    expect(events).toContain(`${whole}PVC is not bound`);
    world.edit<KubeObject & { status?: object }>('persistentvolumeclaims', 'default', 'disk', (claim) => {
      claim.spec = { volumeName: 'pv1' };
      claim.status = { phase: 'Bound' };
    });
    await world.run(30_000);
    expect(world.pod('web')?.status?.phase).toBe('Running');
    expect(await sh(world, 'echo x > /data/f && cat /data/f')).toBe('x\n');
  });

  it('does not keep a pod from being deleted', async () => {
    const world = await emptyWorld();
    addPod(world, [{ name: 'v', configMap: { name: 'settings' } }]);
    await world.run(5_000);
    world.delete('pods', 'default', 'web', 30);
    await world.run(100);
    expect(world.pod('web')).toBeUndefined();
  });
});
