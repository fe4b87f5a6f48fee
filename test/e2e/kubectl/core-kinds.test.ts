/** Services, quotas, accounts, volumes and events, as both kubectls make, change and show them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { podManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

interface Service {
  spec: { type: string; clusterIP?: string; clusterIPs?: string[]; ports: { port: number; nodePort?: number }[] };
}

describe.skipIf(missing !== undefined)(modeTitle('core kinds'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `core-${minor}`;
    const run = (...args: string[]) => kubectl.run(...args, '-n', namespace);
    const json = <T>(...args: string[]) => kubectl.json<T>(...args, '-n', namespace);
    const failure = async (...args: string[]) => (await kubectl.outcome([...args, '-n', namespace])).stderr;
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('changes the type of a service, and drops what the new one has no use for', async () => {
      await run('create', 'service', 'nodeport', 'web', '--tcp=80:8080');
      const before = (await json<Service>('get', 'service', 'web')).spec;
      await run('patch', 'service', 'web', '-p', '{"spec":{"type":"ClusterIP"}}');
      const after = (await json<Service>('get', 'service', 'web')).spec;
      expect(after.clusterIP).toBe(before.clusterIP);
      expect(after.ports[0]?.nodePort).toBeUndefined();
      await run('patch', 'service', 'web', '-p', '{"spec":{"type":"ExternalName","externalName":"a.example"}}');
      const external = (await json<Service>('get', 'service', 'web')).spec;
      expect(external.clusterIP).toBeUndefined();
      expect(external.clusterIPs).toBeUndefined();
    });

    it('keeps the address of a service through apply and replace, and refuses another', async () => {
      const manifest = (port: number) => ({
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'kept', namespace } },
        spec: { selector: { app: 'kept' }, ports: [{ port }] },
      });
      await kubectl.apply(manifest(80));
      const { clusterIP } = (await json<Service>('get', 'service', 'kept')).spec;
      expect(await kubectl.apply(manifest(81))).toBe('service/kept configured\n');
      const replaced = await kubectl.outcome(['replace', '-f', '-'], { input: JSON.stringify(manifest(82)) });
      expect(replaced.stdout).toBe('service/kept replaced\n');
      const { spec } = await json<Service>('get', 'service', 'kept');
      expect([spec.clusterIP, spec.ports[0]?.port]).toEqual([clusterIP, 82]);
      expect(await failure('patch', 'service', 'kept', '-p', '{"spec":{"clusterIP":"10.96.77.77"}}')).toContain(
        'spec.clusterIPs[0]: Invalid value: ["10.96.77.77"]: may not change once set',
      );
      expect(await run('get', 'service', 'kept', '-o', 'wide')).toMatch(/82\/TCP +\S+ +app=kept$/m);
      expect(await run('get', 'service', '--field-selector', `spec.clusterIP=${clusterIP}`, '-o', 'name')).toBe(
        'service/kept\n',
      );
    });

    it('edits, describes and explains a headless service', async () => {
      await run('create', 'service', 'clusterip', 'bare', '--clusterip=None');
      const editor = { KUBE_EDITOR: 'sed -i s/sessionAffinity:.*/sessionAffinity:\\ ClientIP/' };
      const edited = await kubectl.outcome(['edit', 'service', 'bare', '-n', namespace], { env: editor });
      expect(edited.stdout).toBe('service/bare edited\n');
      const path = 'jsonpath={.spec.clusterIP} {.spec.sessionAffinityConfig.clientIP.timeoutSeconds}';
      expect(await run('get', 'service', 'bare', '-o', path)).toBe('None 10800');
      expect(await run('describe', 'service', 'bare')).toMatch(/^Session Affinity: +ClientIP$/m);
      expect(await run('explain', 'service.spec.sessionAffinityConfig')).toContain('clientIP');
    });

    it('fills in a limit range, and shows what a quota allows', async () => {
      const spec = { limits: [{ type: 'Container', max: { cpu: '2' } }] };
      await kubectl.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l', namespace }, spec });
      expect(await run('describe', 'limits', 'l')).toMatch(/^Container +cpu +- +2 +2 +2 +-$/m);
      await run('create', 'quota', 'q', '--hard=pods=3');
      await run('patch', 'quota', 'q', '-p', '{"spec":{"hard":{"pods":"5"}}}');
      expect(await run('get', 'quota', 'q')).toMatch(/^q +pods: 0\/5 /m);
      expect(await failure('create', 'quota', 'bad', '--hard=foo=1')).toContain(
        'must be a standard resource for quota',
      );
    });

    it('makes endpoints, a volume and a claim, and refuses what may not change', async () => {
      const ports = [{ name: 'http', port: 80 }];
      const metadata = { name: 'own', namespace };
      await kubectl.apply({
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata,
        subsets: [{ addresses: [{ ip: '10.9.8.7' }], ports }],
      });
      expect(await run('get', 'ep', 'own')).toMatch(/^own +10\.9\.8\.7:80 /m);
      const volume = `own-${minor}`;
      const mode = { accessModes: ['ReadWriteOnce'] };
      const spec = { ...mode, capacity: { storage: '1Gi' }, hostPath: { path: '/data' } };
      await kubectl.apply({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volume }, spec });
      expect(await kubectl.run('get', 'pv', volume)).toMatch(/ 1Gi +RWO +Retain /);
      expect(await failure('patch', 'pv', volume, '-p', '{"spec":{"hostPath":{"path":"/other"}}}')).toContain(
        'spec.persistentvolumesource is immutable after creation',
      );
      const claim = { ...mode, volumeName: volume, resources: { requests: { storage: '1Gi' } } };
      await kubectl.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: claim });
      await until(async () => (await run('get', 'pvc', 'own')).includes(`Bound    ${volume} `));
      expect(await failure('patch', 'pvc', 'own', '-p', '{"spec":{"accessModes":["ReadOnlyMany"]}}')).toContain(
        'spec is immutable after creation except resources.requests',
      );
      expect(await run('delete', 'pvc', 'own')).toContain('deleted');
      expect(await kubectl.run('delete', 'pv', volume)).toContain('deleted');
      expect((await kubectl.outcome(['get', 'pv', volume])).stderr).toContain('NotFound');
    });

    it('shows the events of a pod', async () => {
      await kubectl.apply(podManifest('busy', namespace));
      await run('wait', '--for=condition=Ready', 'pod/busy', '--timeout=30s');
      await until(async () => (await run('get', 'events', '--field-selector', 'reason=Started')).includes('pod/busy'));
      expect(await run('events', '--for', 'pod/busy')).toMatch(/Normal +Started +Pod\/busy /);
      expect(await run('events', '--types=Warning')).not.toContain('Started');
      expect(await run('get', 'events', '--sort-by=.metadata.name', '-o', 'name')).toMatch(/^event\/busy\./m);
    });
  });
});
