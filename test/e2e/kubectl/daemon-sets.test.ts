/** Daemon sets as kubectl rolls them out and back, on nodes that come, are cordoned and drained. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { until } from '../../support/until.ts';

interface Pod {
  metadata: { name: string; labels: Record<string, string> };
  spec: { nodeName: string; containers: { image: string }[]; tolerations: { key: string }[] };
}
interface Named {
  metadata: { name: string };
}

const daemonSetManifest = (
  name: string,
  namespace: string,
  image: string,
  spec: object = {},
  podSpec: object = {},
) => ({
  ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name, namespace } },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image }], ...podSpec },
    },
    ...spec,
  },
});

describe.skipIf(missing !== undefined)(modeTitle('daemon sets'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('kubectl 1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `daemons-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    const items = async <T>(...args: string[]) => (await kubectl.json<{ items: T[] }>('get', ...args)).items;
    const podsOf = (app: string) => items<Pod>('pods', '-l', `app=${app}`, '-n', namespace);
    const nodeNames = async () => (await items<Named>('nodes')).map(({ metadata }) => metadata.name).sort();
    const placesOf = async (app: string) => (await podsOf(app)).map(({ spec }) => spec.nodeName).sort();
    const rolledOut = (name: string) => run('rollout', 'status', `ds/${name}`, '--timeout=60s');
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(() => kubectl.close());

    it('have a pod on every node, roll out, tell their history, and go back', async () => {
      await kubectl.apply(daemonSetManifest('agent', namespace, 'busybox:1.35'));
      expect(await rolledOut('agent')).toContain('daemon set "agent" successfully rolled out');
      const nodes = await nodeNames();
      expect(await placesOf('agent')).toEqual(nodes);
      const count = nodes.length;
      expect(await run('get', 'ds', 'agent')).toMatch(
        new RegExp(`^agent +${count} +${count} +${count} +${count} +${count} `, 'm'),
      );
      await run('set', 'image', 'ds/agent', 'main=busybox:1.36');
      await rolledOut('agent');
      expect((await podsOf('agent')).map(({ spec }) => spec.containers[0]?.image)).toEqual(
        Array(count).fill('busybox:1.36'),
      );
      expect(await run('rollout', 'history', 'ds/agent')).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/);
      expect(await run('rollout', 'history', 'ds/agent', '--revision=1')).toContain('busybox:1.35');
      expect(await run('rollout', 'undo', 'ds/agent')).toContain('daemonset.apps/agent rolled back');
      await rolledOut('agent');
      expect((await podsOf('agent')).map(({ spec }) => spec.containers[0]?.image)).toEqual(
        Array(count).fill('busybox:1.35'),
      );
      expect(await run('rollout', 'history', 'ds/agent')).toMatch(/\n2 +<none>\n3 +<none>\n/);
      await run('rollout', 'restart', 'ds/agent');
      await rolledOut('agent');
      const described = await run('describe', 'ds', 'agent');
      expect(described).toMatch(new RegExp(`Pods Status: +${count} Running / 0 Waiting / 0 Succeeded / 0 Failed`));
      const hasEvent = async () =>
        /Normal +SuccessfulCreate .*daemonset-controller +Created pod: agent-/.test(
          await run('describe', 'ds', 'agent'),
        );
      await until(hasEvent);
      await run('delete', 'ds', 'agent');
      await until(async () => (await podsOf('agent')).length === 0);
      expect(await items<Named>('controllerrevisions', '-n', namespace)).toEqual([]);
    });

    it('follow labels and taints of nodes, and stay where a drain leaves them', async () => {
      const [first = '', second = ''] = await nodeNames();
      const label = `daemons-${minor}`;
      await kubectl.run('label', 'node', first, `${label}=yes`);
      const selector = { nodeSelector: { [label]: 'yes' } };
      await kubectl.apply(daemonSetManifest('chosen', namespace, 'busybox', {}, selector));
      await rolledOut('chosen');
      expect(await placesOf('chosen')).toEqual([first]);
      await kubectl.run('label', 'node', second, `${label}=yes`);
      await until(async () => (await placesOf('chosen')).length === 2);
      await rolledOut('chosen');

      const drained = await kubectl.outcome(['drain', first, '--force', '--timeout=20s']);
      expect(drained.stderr).toContain('cannot delete DaemonSet-managed Pods');
      const before = (await podsOf('chosen')).map(({ metadata }) => metadata.name).sort();
      expect(await kubectl.run('drain', first, '--ignore-daemonsets', '--force', '--timeout=60s')).toContain(
        `node/${first} drained`,
      );
      expect((await podsOf('chosen')).map(({ metadata }) => metadata.name).sort()).toEqual(before);
      // One that is deleted comes back, cordon or not.
      await run('delete', 'pod', '--grace-period=1', ...before);
      await until(async () => (await placesOf('chosen')).length === 2);
      await rolledOut('chosen');
      await kubectl.run('uncordon', first);

      await kubectl.run('taint', 'node', second, `${label}=gone:NoExecute`);
      await until(async () => JSON.stringify(await placesOf('chosen')) === JSON.stringify([first]));
      expect(await run('get', 'ds', 'chosen', '-o', 'jsonpath={.status.desiredNumberScheduled}')).toBe('1');
      await kubectl.run('taint', 'node', second, `${label}-`);
      await kubectl.run('label', 'node', first, second, `${label}-`);
      await until(async () => (await podsOf('chosen')).length === 0);
      await run('delete', 'ds', 'chosen');
    });

    it('updated on delete wait for somebody to delete their pods', async () => {
      const byHand = { updateStrategy: { type: 'OnDelete' } };
      await kubectl.apply(daemonSetManifest('patient', namespace, 'busybox:1.35', byHand));
      await until(async () => (await placesOf('patient')).length === (await nodeNames()).length);
      await run('set', 'image', 'ds/patient', 'main=busybox:1.36');
      const status = await kubectl.outcome(['-n', namespace, 'rollout', 'status', 'ds/patient']);
      expect(status.stderr).toContain('rollout status is only available for RollingUpdate strategy type');
      const images = async () => (await podsOf('patient')).map(({ spec }) => spec.containers[0]?.image).sort();
      const [pod] = await podsOf('patient');
      await run('delete', 'pod', pod?.metadata.name ?? '', '--grace-period=1');
      await until(async () => (await images()).at(-1) === 'busybox:1.36');
      expect((await images()).filter((one) => one === 'busybox:1.36')).toHaveLength(1);
      await run('delete', 'ds', 'patient');
    });
  });
});
