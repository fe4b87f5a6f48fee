/** The chart of examples/chart, as both major versions of helm install, change, undo and remove it. */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { HELM_MAJORS, Helm } from '../../support/helm.ts';
import { Kubectl } from '../../support/kubectl.ts';

const CHART = resolve(import.meta.dirname, '../../../examples/chart');
const FEW = join(CHART, 'ci/few-values.yaml');
/** Pods that can never start: the image's pull fails. */
const BROKEN = JSON.stringify({ 'fleet.flotilla.dev/simulation': '{"pullError":"no such image"}' });

interface Release {
  name: string;
  revision: string;
  status: string;
}
interface Revision {
  revision: number;
  status: string;
  description: string;
}
interface Deployment {
  metadata: { labels: Record<string, string> };
  spec: { replicas: number };
  status: { readyReplicas: number; updatedReplicas: number };
}

describe.skipIf(missing !== undefined)(modeTitle('helm'), () => {
  const flotilla = useFlotilla();

  describe.each(HELM_MAJORS)('%i', (major) => {
    const namespace = `shop-${major}`;
    let helm: Helm;
    let kubectl: Kubectl;
    const run = (...args: string[]) => helm.run(...args, '-n', namespace);
    const get = <T>(...args: string[]) => kubectl.json<T>('get', ...args, '-n', namespace);
    const text = (...args: string[]) => kubectl.run(...args, '-n', namespace);
    /** Helm waits until enough new pods are ready; old ones may be there still. */
    const change = async (...args: string[]): Promise<string> => {
      const printed = await run(...args, '--wait', '--timeout', '60s');
      await text('rollout', 'status', 'deployment/web-greeter', '--timeout=60s');
      return printed;
    };
    const greeting = () => text('get', 'configmap', 'web-greeter', '-o', 'jsonpath={.data.greeting}');
    const history = () => helm.json<Revision[]>('history', 'web', '-n', namespace);
    /** Of the pods that are there, each once. */
    const said = async (): Promise<string[]> => {
      const pods = await get<{ items: { metadata: { name: string; deletionTimestamp?: string } }[] }>('pods');
      const names = pods.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      const answers = names.map(({ metadata }) =>
        kubectl.run('exec', '-n', namespace, metadata.name, '--', 'printenv', 'GREETING'),
      );
      return [...new Set(await Promise.all(answers))];
    };

    beforeAll(async () => {
      helm = await Helm.create(major, flotilla().kubeconfig);
      kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    });
    afterAll(async () => {
      await kubectl.close();
      await helm.close();
    });

    it('installs the chart and waits until its pods are ready', async () => {
      const printed = await change('install', 'web', CHART, '--create-namespace');
      expect(printed).toContain('3 pods say "Hello from the fleet".');
      const { status, metadata } = await get<Deployment>('deployment', 'web-greeter');
      expect(status.readyReplicas).toBe(3);
      expect(metadata.labels['app.kubernetes.io/managed-by']).toBe('Helm');
      expect(await text('get', 'service', 'web-greeter', '-o', 'jsonpath={.spec.ports[0].targetPort}')).toBe('http');
      expect(await said()).toEqual(['Hello from the fleet\n']);
    });

    it('lists the release, tells its status, and gives back its manifest and values', async () => {
      const releases = await helm.json<Release[]>('list', '-n', namespace);
      expect(releases).toMatchObject([{ name: 'web', revision: '1', status: 'deployed' }]);
      const everywhere = await helm.json<Release[]>('list', '-A');
      expect(everywhere.filter((release) => release.name === 'web')).not.toEqual([]);
      expect(await run('status', 'web')).toMatch(/^STATUS: deployed$/m);
      const manifest = await run('get', 'manifest', 'web');
      expect(manifest).toMatch(/^kind: Deployment$/m);
      expect(await run('get', 'values', 'web', '--all')).toMatch(/^replicas: 3$/m);
      expect(await text('get', 'secret', 'sh.helm.release.v1.web.v1', '-o', 'jsonpath={.type}')).toBe(
        'helm.sh/release.v1',
      );
    });

    it('upgrades: other values reach every pod', async () => {
      await change('upgrade', 'web', CHART, '-f', FEW, '--set', 'greeting=Changed');
      expect((await get<Deployment>('deployment', 'web-greeter')).status).toMatchObject({ readyReplicas: 2 });
      expect(await greeting()).toBe('Changed');
      expect(await said()).toEqual(['Changed\n']);
    });

    it('changes nothing in a dry run, and has the server check it', async () => {
      const args = ['upgrade', 'web', CHART, '--dry-run=server'];
      expect(await run(...args, '--set', 'greeting=Never')).toContain('Never');
      expect(await greeting()).toBe('Changed');
      expect((await history()).map(({ revision }) => revision)).toEqual([1, 2]);
    });

    it('goes back to an older revision', async () => {
      await change('rollback', 'web', '1');
      expect((await get<Deployment>('deployment', 'web-greeter')).status).toMatchObject({ readyReplicas: 3 });
      expect(await said()).toEqual(['Hello from the fleet\n']);
      expect((await history()).map(({ status }) => status)).toEqual(['superseded', 'superseded', 'deployed']);
      expect((await history()).at(-1)?.description).toBe('Rollback to 1');
    });

    it('tells of an upgrade whose pods do not become ready; those of before go on', async () => {
      const set = ['--set', 'image.tag=broken', '--set-json', `podAnnotations=${BROKEN}`];
      const args = ['upgrade', 'web', CHART, ...set, '-n', namespace, '--wait', '--timeout', '5s'];
      const failed = await helm.outcome(...args);
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/deadline exceeded|not ready/)]);
      expect((await history()).at(-1)?.status).toBe('failed');
      const pods = await text('get', 'pods', '--no-headers');
      expect(pods).toMatch(/(ErrImagePull|ImagePullBackOff)/);
      expect(pods.match(/ 1\/1 +Running /g)).toHaveLength(3);
      await change('rollback', 'web');
      expect(await text('get', 'pods', '--no-headers')).not.toMatch(/ErrImagePull|ImagePullBackOff/);
    });

    it('tells what the server refuses, in its words', async () => {
      const args = ['upgrade', 'web', CHART, '--set', 'service.type=Wrong', '-n', namespace];
      const { code, stderr } = await helm.outcome(...args);
      expect(code).toBe(1);
      expect(stderr).toContain('Service "web-greeter" is invalid: spec.type: Unsupported value: "Wrong"');
      expect(await text('get', 'service', 'web-greeter', '-o', 'jsonpath={.spec.type}')).toBe('ClusterIP');
    });

    it('renders what kubectl applies, twice without a change', async () => {
      const input = await run('template', 'plain', CHART, '-f', FEW);
      const apply = () => kubectl.outcome(['apply', '-n', namespace, '-f', '-'], { input });
      expect((await apply()).stdout).toMatch(/deployment\.apps\/plain-greeter created/);
      await text('rollout', 'status', 'deployment/plain-greeter', '--timeout=60s');
      expect((await get<Deployment>('deployment', 'plain-greeter')).status.readyReplicas).toBe(2);
      expect((await apply()).stdout.match(/ unchanged$/gm)).toHaveLength(3);
      const gone = await kubectl.outcome(['delete', '-n', namespace, '-f', '-'], { input });
      expect(gone.stdout.match(/ deleted/g)).toHaveLength(3);
    });

    it('uninstalls: nothing of the release stays', async () => {
      await run('uninstall', 'web', '--wait');
      // Helm waits for what it made; the pods of its deployments go in the background.
      await text('wait', '--for=delete', 'pods', '-l', 'app.kubernetes.io/instance=web', '--timeout=60s');
      expect(await helm.json<Release[]>('list', ...(major === 3 ? ['--all'] : []), '-n', namespace)).toEqual([]);
      const left = await text('get', 'all,configmaps,secrets', '-l', 'app.kubernetes.io/instance=web', '-o', 'name');
      expect(left).toBe('');
      expect(await text('get', 'secrets', '-l', 'owner=helm', '-o', 'name')).toBe('');
    });
  });
});
