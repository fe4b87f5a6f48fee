/** Server-side apply as both kubectls use it: owners, conflicts, and the way over from client-side apply. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { until } from '../../support/until.ts';

interface Owned {
  metadata: {
    resourceVersion: string;
    annotations?: Record<string, string>;
    managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1?: Record<string, unknown> }[];
  };
  spec: { replicas: number; template: { spec: { containers: { name: string; image: string }[] } } };
}

/** A line of a watch, of what was annotated meanwhile. */
const EVENT = /^seen (.+)\n/m;

describe.skipIf(missing !== undefined)(modeTitle('server-side apply'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `ssa-${minor}`;
    const manifest = (name: string, { replicas, image = 'nginx:1', more = [] as object[] }: Wanted = {}) => ({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } },
      spec: {
        ...(replicas === undefined ? {} : { replicas }),
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }, ...more] } },
      },
    });
    const apply = (object: object, ...args: string[]) =>
      kubectl.outcome(['apply', '--server-side', '-f', '-', ...args], { input: JSON.stringify(object) });
    const get = (name: string) =>
      kubectl.json<Owned>('get', 'deployment', name, '-n', namespace, '--show-managed-fields');
    const managers = ({ metadata }: Owned) =>
      (metadata.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`);
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('creates, changes, and removes what is no longer applied', async () => {
      const sidecar = { name: 'side', image: 'busybox:1' };
      expect((await apply(manifest('web', { replicas: 1, more: [sidecar] }))).stdout).toBe(
        'deployment.apps/web serverside-applied\n',
      );
      const first = await get('web');
      expect(managers(first)).toContain('kubectl Apply');
      expect(first.metadata.annotations ?? {}).not.toHaveProperty('kubectl.kubernetes.io/last-applied-configuration');
      await apply(manifest('web', { replicas: 2 }));
      const { spec } = await get('web');
      expect(spec.replicas).toBe(2);
      expect(spec.template.spec.containers.map(({ name }) => name)).toEqual(['main']);
    });

    it('tells of conflicts, and takes over by force', async () => {
      await kubectl.run('create', 'deployment', 'shared', '--image=nginx:1', '-n', namespace);
      const refused = await apply(manifest('shared', { replicas: 3 }));
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('Apply failed with 1 conflict: conflict with "kubectl-create"');
      expect(refused.stderr).toContain('.spec.replicas');
      expect((await get('shared')).spec.replicas).toBe(1);
      expect((await apply(manifest('shared', { replicas: 3 }), '--force-conflicts')).code).toBe(0);
      expect((await get('shared')).spec.replicas).toBe(3);
    });

    it('leaves replicas to who scaled them, once they are no longer applied', async () => {
      await apply(manifest('scaled', { replicas: 1 }), '--field-manager=me');
      await kubectl.run('scale', 'deployment', 'scaled', '--replicas=2', '-n', namespace);
      expect((await get('scaled')).metadata.managedFields).toContainEqual(
        expect.objectContaining({
          operation: 'Update',
          subresource: 'scale',
          fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        }),
      );
      expect((await apply(manifest('scaled', { replicas: 1 }), '--field-manager=me')).stderr).toContain(
        'conflict with',
      );
      expect(await apply(manifest('scaled'), '--field-manager=me')).toMatchObject({ code: 0, stderr: '' });
      expect((await get('scaled')).spec.replicas).toBe(2);
    });

    it('takes over what client-side apply made, and removes what that had set', async () => {
      await kubectl.apply(manifest('moved', { replicas: 2 }));
      expect(managers(await get('moved'))).toContain('kubectl-client-side-apply Update');
      expect((await apply(manifest('moved', { replicas: 2 }))).code).toBe(0);
      const moved = await get('moved');
      expect(managers(moved)).not.toContain('kubectl-client-side-apply Update');
      // Not applied any more, so it falls back to the default.
      expect((await apply(manifest('moved', { image: 'nginx:2' }))).code).toBe(0);
      const { spec } = await get('moved');
      expect(spec.replicas).toBe(1);
      expect(spec.template.spec.containers[0]?.image).toBe('nginx:2');
      // And back: the annotation was kept true.
      expect(await kubectl.apply(manifest('moved', { image: 'nginx:3' }))).toBe('deployment.apps/moved configured\n');
    });

    it('shows what it would change, and changes nothing', async () => {
      await apply(manifest('shown', { replicas: 1 }));
      const before = (await get('shown')).metadata.resourceVersion;
      const input = JSON.stringify(manifest('shown', { replicas: 4 }));
      const diff = await kubectl.outcome(['diff', '--server-side', '-f', '-'], { input });
      expect(diff.code).toBe(1);
      expect(diff.stdout).toMatch(/-\s+replicas: 1\n\+\s+replicas: 4/);
      await apply(manifest('shown', { replicas: 4 }), '--dry-run=server');
      await apply(manifest('shown', { replicas: 1 }));
      const after = await get('shown');
      expect(after.spec.replicas).toBe(1);
      expect(after.metadata.managedFields?.find(({ manager }) => manager === 'kubectl')).toBeDefined();
      expect(Number(after.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(before));
    });

    it('edits what was applied last', async () => {
      const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'last', namespace }, data: { a: '1' } };
      await kubectl.apply(config);
      const shown = await kubectl.run('apply', 'view-last-applied', 'configmap', 'last', '-n', namespace, '-o', 'json');
      expect(JSON.parse(shown)).toMatchObject({ data: { a: '1' } });
      const input = JSON.stringify({ ...config, data: { a: '2' } });
      await kubectl.outcome(['apply', 'set-last-applied', '-f', '-'], { input });
      const reset = await kubectl.run('apply', 'view-last-applied', 'configmap', 'last', '-n', namespace, '-o', 'json');
      expect(JSON.parse(reset)).toMatchObject({ data: { a: '2' } });
    });

    it('shows who reports the status of pods, nodes and deployments, and conflicts with them', async () => {
      await kubectl.run('create', 'deployment', 'told', '--image=nginx:1', '-n', namespace);
      await kubectl.run('wait', '--for=condition=Available', 'deployment/told', '-n', namespace, '--timeout=60s');
      const { items } = await kubectl.json<{ items: Named[] }>('get', 'pods', '-l', 'app=told', '-n', namespace);
      const { name = '', node = '' } = { name: items[0]?.metadata.name, node: items[0]?.spec.nodeName };
      const reporter = async (...what: string[]) => {
        const { metadata } = await kubectl.json<Owned>('get', ...what, '-n', namespace, '--show-managed-fields');
        const entry = metadata.managedFields?.find(({ subresource }) => subresource === 'status');
        return { manager: entry?.manager, fields: Object.keys(entry?.fieldsV1?.['f:status'] ?? {}) };
      };
      const ofPod = await reporter('pod', name);
      expect(ofPod.manager).toBe('kubelet');
      expect(ofPod.fields).toEqual(expect.arrayContaining(['f:conditions', 'f:containerStatuses', 'f:phase']));
      expect(await reporter('node', node)).toMatchObject({
        manager: 'kubelet',
        fields: expect.arrayContaining(['f:conditions']),
      });
      const ofDeployment = await reporter('deployment', 'told');
      expect(ofDeployment.manager).toBe('kube-controller-manager');
      expect(ofDeployment.fields).toContain('f:replicas');
      if (minor < 31) {
        // Its apply does not know the flag.
        return;
      }
      const config = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, status: { phase: 'Failed' } };
      expect((await apply(config, '--subresource=status')).stderr).toContain(
        'conflict with "kubelet" with subresource "status" using v1: .status.phase',
      );
    });

    it('shows the same owners in the answer to a create, a dry run, a list, a watch and a get', async () => {
      const make = ['create', 'deployment', 'owned', '--image=nginx:1', '-n', namespace, '--show-managed-fields'];
      const rehearsed = await kubectl.json<Owned>(...make, '--dry-run=server');
      const made = await kubectl.json<Owned>(...make);
      await kubectl.run('wait', '--for=condition=Available', 'deployment/owned', '-n', namespace, '--timeout=60s');
      const all = ['get', 'deployments,replicasets', '-l', 'app=owned', '-n', namespace, '--show-managed-fields'];
      const [got, listed, set] = await until(async () => {
        const now = await get('owned');
        const { items } = await kubectl.json<{ items: (Owned & { kind: string })[] }>(...all);
        const [list, of] = ['Deployment', 'ReplicaSet'].map((kind) => items.find((each) => each.kind === kind));
        return now.metadata.resourceVersion === list?.metadata.resourceVersion && [now, list, of];
      });
      const creators = (entries: Owned['metadata']['managedFields']) =>
        entries?.find(({ manager }) => manager === 'kubectl-create')?.fieldsV1;
      const ofCreator = creators(made.metadata.managedFields);
      expect(ofCreator).toMatchObject({ 'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': {} } } });
      expect(creators(rehearsed.metadata.managedFields)).toEqual(ofCreator);
      expect(creators(got?.metadata.managedFields)).toEqual(ofCreator);
      expect(listed?.metadata.managedFields).toEqual(got?.metadata.managedFields);
      expect(set?.metadata.managedFields).toMatchObject([
        { manager: 'kube-controller-manager', fieldsV1: { 'f:metadata': {}, 'f:spec': {} } },
        { manager: 'kube-controller-manager', subresource: 'status', fieldsV1: { 'f:status': { 'f:replicas': {} } } },
      ]);
      const path = '-o=jsonpath={.metadata.annotations.note} {.metadata.managedFields}{"\\n"}';
      const watch = kubectl.start(['get', 'deployments', '-l', 'app=owned', '-n', namespace, '-w', path]);
      // The first line is of the list that the watch begins at.
      await watch.printed((text) => text.includes('\n'));
      await kubectl.run('annotate', 'deployment', 'owned', 'note=seen', '-n', namespace);
      await watch.printed((text) => EVENT.test(text));
      await watch.stop();
      const watched = JSON.parse(EVENT.exec(watch.stdout())?.[1] ?? '') as Owned['metadata']['managedFields'];
      expect(watched?.map(({ manager }) => manager)).toContain('kubectl-annotate');
      expect(creators(watched)).toEqual(ofCreator);
      expect(watched?.filter(({ fieldsV1 }) => fieldsV1 === undefined)).toEqual([]);
    });

    it('refuses unknown fields', async () => {
      const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'odd', namespace }, bogus: { a: '1' } };
      const refused = await apply(config, '--validate=false');
      expect(refused.stderr).toContain('.bogus: field not declared in schema');
      expect((await kubectl.outcome(['get', 'configmap', 'odd', '-n', namespace])).stderr).toContain('not found');
    });
  });
});

interface Named {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
}

interface Wanted {
  readonly replicas?: number;
  readonly image?: string;
  readonly more?: object[];
}
