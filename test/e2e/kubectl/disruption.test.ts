/** `kubectl drain` against a disruption budget: held up by it, and through once it allows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { deploymentManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

interface Pod {
  metadata: { name: string };
  spec: { nodeName: string };
}

describe.skipIf(missing !== undefined)(modeTitle('disruption budgets'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `disruption-${minor}`;
    const run = (...args: string[]) => kubectl.run(...args, '-n', namespace);
    const podsOf = async (app: string): Promise<Pod[]> =>
      (await kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', `app=${app}`, '-n', namespace)).items;
    const drain = (node: string, timeout: string) =>
      kubectl.outcome(['drain', node, '--ignore-daemonsets', '--force', `--timeout=${timeout}`]);
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    // A pod with two budgets can never be evicted: left behind, it would hold up the drains of the next kubectl.
    afterAll(async () => {
      await kubectl.run('delete', 'namespace', namespace, '--timeout=60s');
      await kubectl.close();
    });

    it('hold up a drain until they allow it', async () => {
      await kubectl.apply(deploymentManifest('guarded', namespace, 3));
      await run('rollout', 'status', 'deployment/guarded', '--timeout=30s');
      await run('create', 'pdb', 'guard', '--selector=app=guarded', '--min-available=3');
      await run('wait', '--for=jsonpath={.status.currentHealthy}=3', 'pdb/guard', '--timeout=30s');
      expect(await run('get', 'pdb', 'guard')).toMatch(/^guard +3 +N\/A +0 /m);
      const [victim] = await podsOf('guarded');
      const node = victim?.spec.nodeName ?? '';

      const held = await drain(node, '8s');
      expect(held.code).not.toBe(0);
      expect(held.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
      expect(held.stderr).toContain('will retry after 5s');
      expect((await podsOf('guarded')).map(({ metadata }) => metadata.name)).toContain(victim?.metadata.name);

      await run('patch', 'pdb', 'guard', '--type=merge', '-p', '{"spec":{"minAvailable":2}}');
      const done = await drain(node, '60s');
      expect(done.stdout).toContain(`node/${node} drained`);
      await run('rollout', 'status', 'deployment/guarded', '--timeout=30s');
      expect((await podsOf('guarded')).map(({ spec }) => spec.nodeName)).not.toContain(node);
      await kubectl.run('uncordon', node);
      await until(async () => (await run('get', 'pdb', 'guard')).match(/^guard +2 +N\/A +1 /m) !== null);
      expect(await run('describe', 'pdb', 'guard')).toMatch(
        /Allowed disruptions: +1\n +Current: +3\n +Desired: +2\n +Total: +3/,
      );
    });

    it('of which a pod has two stop its eviction with words of their own', async () => {
      await kubectl.apply(deploymentManifest('twice', namespace, 1));
      await run('rollout', 'status', 'deployment/twice', '--timeout=30s');
      for (const name of ['one', 'two']) {
        await run('create', 'pdb', name, '--selector=app=twice', '--max-unavailable=1');
      }
      const node = (await podsOf('twice'))[0]?.spec.nodeName ?? '';
      const { code, stderr } = await drain(node, '20s');
      expect(code).not.toBe(0);
      expect(stderr).toContain(
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      );
      expect(await podsOf('twice')).toHaveLength(1);
      await kubectl.run('uncordon', node);
    });
  });
});
