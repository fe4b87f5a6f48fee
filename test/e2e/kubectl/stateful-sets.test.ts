/** Stateful sets as kubectl scales them, rolls them out in parts, and back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { until } from '../../support/until.ts';

interface Pod {
  metadata: { name: string; uid: string; creationTimestamp: string; labels: Record<string, string> };
  spec: { hostname: string; containers: { image: string }[]; volumes: { persistentVolumeClaim?: object }[] };
}
interface Claim {
  metadata: { name: string; ownerReferences?: { kind: string }[] };
}

const statefulSetManifest = (name: string, namespace: string, spec: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name, namespace } },
  spec: {
    ...{ replicas: 3, serviceName: name, selector: { matchLabels: { app: name } } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1.35' }] },
    },
    ...spec,
  },
});

describe.skipIf(missing !== undefined)(modeTitle('stateful sets'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `stateful-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const items = async <T>(...args: string[]) =>
      (await kubectl.json<{ items: T[] }>('get', ...args, '-n', namespace)).items;
    const podsOf = (app: string) => items<Pod>('pods', '-l', `app=${app}`);
    const claims = () => items<Claim>('pvc');
    const names = (of: { metadata: { name: string } }[]) => of.map(({ metadata }) => metadata.name).sort();
    const images = async (app: string) =>
      (await podsOf(app)).map(({ metadata, spec }) => `${metadata.name} ${spec.containers[0]?.image}`).sort();
    const rolledOut = (name: string) => run('rollout', 'status', `sts/${name}`, '--timeout=60s');
    const describes = (name: string, pattern: RegExp) =>
      until(async () => pattern.test(await run('describe', 'sts', name)));
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('make their pods in order, scale, roll out, tell their history, and go back', async () => {
      await kubectl.apply(statefulSetManifest('web', namespace));
      expect(await rolledOut('web')).toMatch(
        /partitioned roll out complete: 3 new pods|rolling update complete 3 pods/,
      );
      const pods = (await podsOf('web')).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
      expect(pods.map(({ spec }) => spec.hostname)).toEqual(['web-0', 'web-1', 'web-2']);
      const born = pods.map(({ metadata }) => metadata.creationTimestamp);
      expect([...born].sort()).toEqual(born);
      expect(pods[1]?.metadata.labels['apps.kubernetes.io/pod-index']).toBe('1');
      expect(await run('get', 'sts', 'web')).toMatch(/^web +3\/3 /m);
      await describes(
        'web',
        /SuccessfulCreate .*statefulset-controller +create Pod web-2 in StatefulSet web successful/,
      );

      await run('scale', 'sts', 'web', '--replicas=2');
      await until(async () => (await podsOf('web')).length === 2);
      expect(names(await podsOf('web'))).toEqual(['web-0', 'web-1']);
      await describes('web', /SuccessfulDelete .*delete Pod web-2 in StatefulSet web successful/);

      await run('set', 'image', 'sts/web', 'main=busybox:1.36');
      await rolledOut('web');
      expect(await images('web')).toEqual(['web-0 busybox:1.36', 'web-1 busybox:1.36']);
      expect(await run('rollout', 'history', 'sts/web')).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/);
      expect(await run('rollout', 'history', 'sts/web', '--revision=1')).toContain('busybox:1.35');
      expect(await run('rollout', 'undo', 'sts/web')).toContain('statefulset.apps/web rolled back');
      await rolledOut('web');
      expect(await images('web')).toEqual(['web-0 busybox:1.35', 'web-1 busybox:1.35']);
      await run('rollout', 'restart', 'sts/web');
      await rolledOut('web');

      const [first] = await podsOf('web');
      await run('delete', 'pod', first?.metadata.name ?? '');
      await until(async () => {
        const now = (await podsOf('web')).find(({ metadata }) => metadata.name === first?.metadata.name);
        return now !== undefined && now.metadata.uid !== first?.metadata.uid;
      });
      await run('delete', 'sts', 'web');
      await until(async () => (await podsOf('web')).length === 0);
      expect(await items('controllerrevisions')).toEqual([]);
    });

    it('in parallel come at once, and update only down to their partition', async () => {
      const spec = { podManagementPolicy: 'Parallel', updateStrategy: { rollingUpdate: { partition: 2 } } };
      await kubectl.apply(statefulSetManifest('part', namespace, spec));
      await run('wait', '--for=jsonpath={.status.readyReplicas}=3', 'sts/part', '--timeout=30s');
      await run('set', 'image', 'sts/part', 'main=busybox:1.36');
      expect(await rolledOut('part')).toContain('partitioned roll out complete: 1 new pods have been updated');
      expect(await images('part')).toEqual(['part-0 busybox:1.35', 'part-1 busybox:1.35', 'part-2 busybox:1.36']);
      await run('patch', 'sts', 'part', '-p', '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}');
      await run('wait', '--for=jsonpath={.status.updatedReplicas}=3', 'sts/part', '--timeout=60s');
      await rolledOut('part');
      await run('delete', 'sts', 'part', '--cascade=foreground');
      expect(await podsOf('part')).toEqual([]);
    });

    it('make claims for their pods, and take them along when told to', async () => {
      const template = { metadata: { name: 'data' } };
      const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
      const policy = { whenDeleted: 'Delete', whenScaled: 'Delete' };
      await kubectl.apply(
        statefulSetManifest('disk', namespace, {
          ...{ replicas: 2, podManagementPolicy: 'Parallel', persistentVolumeClaimRetentionPolicy: policy },
          volumeClaimTemplates: [{ ...template, spec }],
        }),
      );
      await until(async () => (await podsOf('disk')).length === 2);
      expect(names(await claims())).toEqual(['data-disk-0', 'data-disk-1']);
      const volumes = (await podsOf('disk')).flatMap(({ spec: { volumes: all } }) => all);
      expect(volumes.map(({ persistentVolumeClaim: claim }) => claim).filter((claim) => claim !== undefined)).toEqual([
        { claimName: 'data-disk-0' },
        { claimName: 'data-disk-1' },
      ]);
      const isOwned = ({ metadata }: Claim) => metadata.ownerReferences?.[0]?.kind === 'StatefulSet';
      await until(async () => (await claims()).every(isOwned));
      await describes('disk', /SuccessfulCreate .*create Claim data-disk-1 Pod disk-1 in StatefulSet disk success/);
      await run('scale', 'sts', 'disk', '--replicas=1');
      await until(async () => names(await claims()).join() === 'data-disk-0');
      await run('delete', 'sts', 'disk');
      await until(async () => (await claims()).length === 0);
    });
  });
});
