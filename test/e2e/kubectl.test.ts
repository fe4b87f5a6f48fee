/** What the README promises to somebody with kubectl, on the oldest and the newest kubectl that we pin. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { KUBECTL_MINORS } from '../support/kubectl-binary.ts';
import { deploymentManifest, podManifest, simulation } from '../support/manifests.ts';
import { until } from '../support/until.ts';
import { untilPrinted } from '../support/until-printed.ts';

interface List<T> {
  items: T[];
}
interface Pod {
  metadata: { name: string; uid: string };
  spec: { nodeName?: string };
  status: { phase: string };
}

describe.skipIf(missing !== undefined)(modeTitle('kubectl'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `kubectl-${minor}`;
    const inNamespace = ['-n', namespace] as const;
    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    });
    afterAll(() => kubectl.close());

    it('sees ten ready nodes, and more of them with -o wide', async () => {
      await kubectl.run('wait', '--for=condition=Ready', 'node', '--all', '--timeout=30s');
      const lines = (await kubectl.run('get', 'nodes', '-o', 'wide')).trim().split('\n');
      expect(lines[0]).toMatch(/^NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE/);
      expect(lines.slice(1).filter((line) => / Ready /.test(line))).toHaveLength(10);
    });

    it('finds the seeded deployment running', async () => {
      await kubectl.run('rollout', 'status', 'deployment/hello', '--timeout=30s');
      expect(await kubectl.run('get', 'deployment', 'hello')).toMatch(/hello +3\/3 +3 +3/);
    });

    it('watches a pod from Pending through ContainerCreating to Running', async () => {
      const watching = kubectl.start(['get', 'pods', '-w', ...inNamespace]);
      const lives = podManifest('watched', namespace, {}, simulation({ pullMs: 400, startMs: 400 }));
      expect(await kubectl.apply(lives)).toBe('pod/watched created\n');
      await watching.printed((text) => /watched +1\/1 +Running/.test(text));
      await watching.stop();
      const states = [...watching.stdout().matchAll(/^watched +\d\/1 +(\S+)/gm)].map((match) => match[1]);
      expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
        'Pending',
        'ContainerCreating',
        'Running',
      ]);
    });

    it('reads logs, describes, and deletes', async () => {
      const talks = simulation({ logs: { everyMs: 50, lines: ['good morning'] } });
      await kubectl.apply(podManifest('talking', namespace, {}, talks));
      await kubectl.run('wait', '--for=condition=Ready', 'pod/talking', ...inNamespace, '--timeout=30s');
      await until(async () => (await kubectl.run('logs', 'talking', ...inNamespace)).includes('good morning'));
      expect(await kubectl.run('logs', 'talking', '--tail=1', ...inNamespace)).toBe('good morning\n');
      const texts = ['Scheduled', 'Pulled', 'Created', 'Started', 'QoS Class', 'Containers:'];
      await untilPrinted(() => kubectl.run('describe', 'pod', 'talking', ...inNamespace), ...texts);
      expect(await kubectl.run('delete', 'pod', 'talking', ...inNamespace)).toContain('"talking" deleted');
      expect((await kubectl.outcome(['get', 'pod', 'talking', ...inNamespace])).stderr).toContain('NotFound');
    });

    it('follows logs until it is told to stop', async () => {
      const talks = simulation({ logs: { everyMs: 50, lines: ['one', 'two'] } });
      await kubectl.apply(podManifest('chatty', namespace, {}, talks));
      await kubectl.run('wait', '--for=condition=Ready', 'pod/chatty', ...inNamespace, '--timeout=30s');
      const following = kubectl.start(['logs', '-f', 'chatty', ...inNamespace]);
      await following.printed((text) => text.split('\n').length > 6);
      await following.stop();
    });

    it('applies, scales, rolls out and deletes a deployment', async () => {
      expect(await kubectl.apply(deploymentManifest('web', namespace, 2))).toBe('deployment.apps/web created\n');
      await kubectl.run('rollout', 'status', 'deployment/web', ...inNamespace, '--timeout=30s');
      await kubectl.run('scale', 'deployment/web', '--replicas=5', ...inNamespace);
      await kubectl.run('rollout', 'status', 'deployment/web', ...inNamespace, '--timeout=30s');
      const pods = await kubectl.json<List<Pod>>('get', 'pods', '-l', 'app=web', ...inNamespace);
      expect(pods.items.map(({ status }) => status.phase)).toEqual(Array(5).fill('Running'));
      await kubectl.run('set', 'image', 'deployment/web', 'main=busybox:1.37', ...inNamespace);
      const rolled = await kubectl.run('rollout', 'status', 'deployment/web', ...inNamespace, '--timeout=60s');
      expect(rolled).toContain('successfully rolled out');
      expect(await kubectl.run('rollout', 'history', 'deployment/web', ...inNamespace)).toMatch(/^2 /m);
      await kubectl.run('rollout', 'undo', 'deployment/web', ...inNamespace);
      await kubectl.run('rollout', 'status', 'deployment/web', ...inNamespace, '--timeout=60s');
      await kubectl.run('delete', 'deployment', 'web', ...inNamespace);
      await until(async () => {
        const left = await kubectl.json<List<Pod>>('get', 'pods,replicasets', '-l', 'app=web', ...inNamespace);
        return left.items.length === 0;
      });
    });

    it('sees the leases of the nodes advance', async () => {
      const times = async (): Promise<string> =>
        kubectl.run('get', 'lease', '-n', 'kube-node-lease', '-o', 'jsonpath={.items[*].spec.renewTime}');
      const first = (await times()).split(' ');
      expect(first).toHaveLength(10);
      await until(async () => (await times()).split(' ').every((time, index) => time > (first[index] ?? '')));
    });

    it('cordons, drains and uncordons a node', async () => {
      await kubectl.apply(deploymentManifest('moving', namespace, 4));
      await kubectl.run('rollout', 'status', 'deployment/moving', ...inNamespace, '--timeout=30s');
      const before = await kubectl.json<List<Pod>>('get', 'pods', '-l', 'app=moving', ...inNamespace);
      const node = before.items[0]?.spec.nodeName ?? '';
      await kubectl.run('cordon', node);
      expect(await kubectl.run('get', 'node', node)).toContain('Ready,SchedulingDisabled');
      const drained = await kubectl.run('drain', node, '--ignore-daemonsets', '--force', '--timeout=60s');
      expect(drained).toContain(`node/${node} drained`);
      await kubectl.run('rollout', 'status', 'deployment/moving', ...inNamespace, '--timeout=30s');
      const after = await kubectl.json<List<Pod>>('get', 'pods', '-l', 'app=moving', ...inNamespace);
      expect(after.items.map(({ spec }) => spec.nodeName)).not.toContain(node);
      await kubectl.run('uncordon', node);
    });

    it('scales the pool of nodes', async () => {
      await kubectl.run('scale', 'nodepool', 'default', '--replicas=14');
      await until(async () => (await kubectl.run('get', 'nodes', '-o', 'name')).trim().split('\n').length === 14);
      await kubectl.run('wait', '--for=condition=Ready', 'node', '--all', '--timeout=30s');
      await kubectl.run('scale', 'nodepool', 'default', '--replicas=10');
      await until(async () => (await kubectl.run('get', 'nodes', '-o', 'name')).trim().split('\n').length === 10);
    });

    it('explains, edits by every kind of patch, and says what is wrong', async () => {
      expect(await kubectl.run('explain', 'pod.spec.containers.image')).toContain('FIELD: image');
      expect(await kubectl.run('explain', 'nodepool.spec.replicas')).toContain('FIELD: replicas');
      await kubectl.apply(podManifest('patched', namespace));
      await kubectl.run('label', 'pod', 'patched', 'tier=one', ...inNamespace);
      await kubectl.run('annotate', 'pod', 'patched', 'note=two', ...inNamespace);
      for (const [type, patch] of [
        ['strategic', '{"metadata":{"labels":{"s":"1"}}}'],
        ['merge', '{"metadata":{"labels":{"m":"1"}}}'],
        ['json', '[{"op":"add","path":"/metadata/labels/j","value":"1"}]'],
      ] as const) {
        await kubectl.run('patch', 'pod', 'patched', `--type=${type}`, '-p', patch, ...inNamespace);
      }
      const shown = await kubectl.run('get', 'pod', 'patched', '--show-labels', ...inNamespace);
      expect(shown).toMatch(/app=patched,j=1,m=1,s=1,tier=one/);
      const bad = { ...podManifest('bad', namespace), spec: { containers: [{ name: 'main', image: 'x', bogus: 1 }] } };
      const refused = await kubectl.outcome(['create', '-f', '-'], { input: JSON.stringify(bad) });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('unknown field "spec.containers[0].bogus"');
    });
  });
});
