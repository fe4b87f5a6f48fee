/** Claims and volumes as kubectl shows them: bound, made, waiting, given back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { untilPrinted } from '../../support/until-printed.ts';

const namespace = 'volumes';

const storageClass = (name: string, volumeBindingMode: string, provisioner = 'ebs.csi.aws.com') => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name } },
  ...{ provisioner, volumeBindingMode },
});
const claim = (name: string, storageClassName: string) => ({
  ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName },
});
const pod = (name: string, claimName: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } },
  spec: {
    containers: [{ name: 'main', image: 'busybox:1.35', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    terminationGracePeriodSeconds: 0,
  },
});

describe.skipIf(missing !== undefined)(modeTitle('volumes'), () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    await kubectl.run('create', 'namespace', namespace);
  });
  afterAll(async () => {
    await kubectl.run('delete', 'namespace', namespace);
    await kubectl.run('delete', 'storageclass', '--ignore-not-found', 'volumes-now', 'volumes-later');
    await kubectl.run('delete', 'pv', '--ignore-not-found', 'volumes-disk', 'volumes-zoned');
    await kubectl.close();
  });

  it('are made for a claim, run its pod, stay as long, and go with it', async () => {
    await kubectl.apply(storageClass('volumes-now', 'Immediate'));
    await kubectl.apply(claim('now', 'volumes-now'));
    await run('wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/now', '--timeout=30s');
    expect(await run('get', 'pvc', 'now')).toMatch(/^now +Bound +pvc-[0-9a-f-]{36} +1Gi +RWO +volumes-now /m);
    const volume = (await run('get', 'pvc', 'now', '-o', 'jsonpath={.spec.volumeName}')).trim();
    expect(await run('get', 'pv', volume)).toMatch(
      new RegExp(`^${volume} +1Gi +RWO +Delete +Bound +${namespace}/now +volumes-now `, 'm'),
    );
    await kubectl.apply(pod('reader', 'now'));
    await run('wait', '--for=condition=Ready', 'pod/reader', '--timeout=60s');
    expect(await run('describe', 'pvc', 'now')).toMatch(/Used By: +reader/);
    await run('delete', 'pvc', 'now', '--wait=false');
    await run('delete', 'pv', volume, '--wait=false');
    expect(await run('get', 'pvc,pv', '-o', 'name')).toContain(`persistentvolume/${volume}`);
    expect(await run('get', 'pvc', 'now')).toMatch(/^now +Terminating /m);
    expect(await run('get', 'pv', volume)).toMatch(/ Terminating /);
    await run('delete', 'pod', 'reader');
    await run('wait', '--for=delete', 'pvc/now', '--timeout=30s');
    await run('wait', '--for=delete', `pv/${volume}`, '--timeout=30s');
  });

  it('wait for the first pod where the class says so, and the pod for a claim', async () => {
    await kubectl.apply(storageClass('volumes-later', 'WaitForFirstConsumer'));
    await kubectl.apply(pod('writer', 'later'));
    await run('wait', '--for=jsonpath={.status.conditions[0].reason}=Unschedulable', 'pod/writer', '--timeout=30s');
    await untilPrinted(() => run('describe', 'pod', 'writer'), 'persistentvolumeclaim "later" not found');
    await kubectl.apply(claim('later', 'volumes-later'));
    await run('wait', '--for=condition=Ready', 'pod/writer', '--timeout=60s');
    const node = (await run('get', 'pod', 'writer', '-o', 'jsonpath={.spec.nodeName}')).trim();
    const selected = await run('get', 'pvc', 'later', '-o', 'jsonpath={.status.phase} {.metadata.annotations}');
    expect(selected).toContain('Bound ');
    expect(selected).toContain(`"volume.kubernetes.io/selected-node":"${node}"`);
  });

  it('of people are bound by size, and stay when their claim goes', async () => {
    await kubectl.apply({
      ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'volumes-disk' } },
      spec: {
        ...{ accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' }, hostPath: { path: '/tmp/disk' } },
        storageClassName: 'by-hand',
      },
    });
    await run('wait', '--for=jsonpath={.status.phase}=Available', 'pv/volumes-disk', '--timeout=30s');
    await kubectl.apply(claim('mine', 'by-hand'));
    await run('wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/mine', '--timeout=30s');
    expect(await run('get', 'pvc', 'mine')).toMatch(/^mine +Bound +volumes-disk +5Gi +RWO +by-hand /m);
    await run('delete', 'pvc', 'mine');
    await run('wait', '--for=jsonpath={.status.phase}=Released', 'pv/volumes-disk', '--timeout=30s');
  });

  it('keep their pod in the zone that they bear as a label', async () => {
    await kubectl.apply({
      ...{ apiVersion: 'v1', kind: 'PersistentVolume' },
      metadata: { name: 'volumes-zoned', labels: { 'topology.kubernetes.io/zone': 'no-such-zone' } },
      spec: {
        ...{ accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' }, hostPath: { path: '/tmp/disk' } },
        storageClassName: 'zoned',
      },
    });
    await kubectl.apply(claim('zoned', 'zoned'));
    await run('wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/zoned', '--timeout=30s');
    await kubectl.apply(pod('resident', 'zoned'));
    await untilPrinted(() => run('describe', 'pod', 'resident'), 'node(s) had no available volume zone');
    const zoneOf = (...node: string[]) =>
      run(
        'get',
        'nodes',
        ...node,
        '-o',
        String.raw`jsonpath={.items[-1:].metadata.labels.topology\.kubernetes\.io/zone}`,
      );
    const zone = await zoneOf();
    expect(zone).not.toBe('');
    await run('label', 'pv', 'volumes-zoned', `topology.kubernetes.io/zone=${zone}`, '--overwrite');
    await run('wait', '--for=condition=Ready', 'pod/resident', '--timeout=60s');
    const node = await run('get', 'pod', 'resident', '-o', 'jsonpath={.spec.nodeName}');
    expect(await zoneOf('-l', `kubernetes.io/hostname=${node}`)).toBe(zone);
  });
});
