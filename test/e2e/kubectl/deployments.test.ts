/** Deployments that recreate their pods, that are late, and whose history is short, as kubectl tells of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { deploymentManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

interface Pod {
  metadata: { deletionTimestamp?: string };
  spec: { containers: { image: string }[] };
}

describe.skipIf(missing !== undefined)(modeTitle('deployments'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `deployments-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const items = async <T>(...args: string[]) =>
      (await kubectl.json<{ items: T[] }>('get', ...args, '-n', namespace)).items;
    const images = async (app: string) =>
      (await items<Pod>('pods', '-l', `app=${app}`)).map(({ spec }) => spec.containers[0]?.image);
    const rolledOut = (name: string) => run('rollout', 'status', `deploy/${name}`, '--timeout=60s');
    const manifest = (name: string, spec: object, podSpec: object = {}) => {
      const object = deploymentManifest(name, namespace, 2, { terminationGracePeriodSeconds: 1, ...podSpec });
      return { ...object, spec: { ...object.spec, ...spec } };
    };
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('that recreate never have pods of two kinds', async () => {
      await kubectl.apply(manifest('anew', { strategy: { type: 'Recreate' } }));
      await rolledOut('anew');
      const kinds: number[] = [];
      await run('set', 'image', 'deploy/anew', 'main=busybox:2');
      await until(async () => {
        const seen = await images('anew');
        kinds.push(new Set(seen).size);
        return seen.length === 2 && seen.every((image) => image === 'busybox:2');
      });
      await rolledOut('anew');
      expect(Math.max(...kinds)).toBe(1);
      expect(await run('describe', 'deploy', 'anew')).toMatch(/StrategyType: +Recreate/);
      await run('delete', 'deploy', 'anew');
    });

    it('go back to a revision that their annotation names', async () => {
      await kubectl.apply(manifest('back', {}));
      await rolledOut('back');
      const [before] = await images('back');
      await run('set', 'image', 'deploy/back', 'main=busybox:2');
      await rolledOut('back');
      await run('annotate', 'deploy', 'back', 'deprecated.deployment.rollback.to=1');
      await until(async () => (await images('back')).every((image) => image === before));
      await rolledOut('back');
      expect(await run('events', '--for=deployment/back')).toContain('Rolled back deployment "back" to revision 1');
      expect(await run('describe', 'deploy', 'back')).not.toContain('rollback.to');
      await run('delete', 'deploy', 'back');
    });

    it('that do not get on say so after their deadline, and are well again when they are rolled back', async () => {
      await kubectl.apply(manifest('late', { progressDeadlineSeconds: 3 }));
      await rolledOut('late');
      await run('patch', 'deploy', 'late', '-p', '{"spec":{"template":{"spec":{"nodeSelector":{"no":"such"}}}}}');
      await run('wait', '--for=condition=Progressing=False', 'deploy/late', '--timeout=30s');
      const { code, stderr } = await kubectl.outcome(['-n', namespace, 'rollout', 'status', 'deploy/late']);
      expect(code).not.toBe(0);
      expect(stderr).toContain('error: deployment "late" exceeded its progress deadline');
      expect(await run('describe', 'deploy', 'late')).toMatch(/Progressing +False +ProgressDeadlineExceeded/);
      expect(await run('get', 'deploy', 'late')).toMatch(/^late +2\/2 +1 +2 /m);
      await run('rollout', 'undo', 'deploy/late');
      await rolledOut('late');
      expect(await run('describe', 'deploy', 'late')).toMatch(/Progressing +True +NewReplicaSetAvailable/);
      await run('delete', 'deploy', 'late');
    });

    it('keep as many old sets as their limit says', async () => {
      await kubectl.apply(manifest('short', { revisionHistoryLimit: 1 }));
      for (const image of ['busybox:2', 'busybox:3', 'busybox:4']) {
        await run('set', 'image', 'deploy/short', `main=${image}`);
        await rolledOut('short');
      }
      await until(async () => (await items('rs', '-l', 'app=short')).length === 2);
      expect(await run('rollout', 'history', 'deploy/short')).toMatch(/CHANGE-CAUSE\n3 +<none>\n4 +<none>\n/);
      await run('delete', 'deploy', 'short');
    });
  });
});
