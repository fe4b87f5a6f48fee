/** Static pods: files on the worker's host are pods of its nodes, as kubectl sees it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, missing, modeTitle } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const manifest = (image: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: agent
  annotations: { fleet.flotilla.dev/simulation: '{"stopMs": 100}' }
spec:
  containers: [{ name: main, image: ${image} }]
`;

describe.skipIf(missing !== undefined)(modeTitle('a static pod'), () => {
  it('follows its file, and runs on when its mirror is deleted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flotilla-static-'));
    const file = join(folder, 'default-1', 'agent.yaml');
    await mkdir(join(folder, 'default-1'));
    await writeFile(join(folder, 'kubelet.yaml'), `${HEAD}staticPodPath: ${folder}/$(NODE_NAME)\n`);
    const { flotilla, close } = await createFleet({ args: ['--kubelet-config', join(folder, 'kubelet.yaml')] });
    onTestFinished(async () => {
      await close();
      await rm(folder, { recursive: true });
    });
    await flotilla.start();
    const kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    onTestFinished(() => kubectl.close());
    const get = (path: string) =>
      kubectl.run('get', 'pods', '--field-selector=spec.nodeName=default-1', `-o=jsonpath=${path}`);
    const agents = async () =>
      (
        await get(
          '{range .items[*]}{.metadata.name} {.status.phase} {.spec.containers[0].image} {.metadata.uid}\n{end}',
        )
      )
        .split('\n')
        .filter((line) => line.startsWith('agent'));
    const running = async (image: string): Promise<string> => {
      let found = '';
      await until(async () => {
        const [first = '', ...more] = await agents();
        found = first.split(' ')[3] ?? '';
        return more.length === 0 && first.startsWith(`agent-default-1 Running ${image} `);
      });
      return found;
    };

    await writeFile(file, manifest('agent:1'));
    const uid = await running('agent:1');
    const describePod = () => kubectl.run('describe', 'pod', 'agent-default-1');
    await until(async () => (await describePod()).includes('Started container main'));
    const described = await describePod();
    expect(described).toMatch(/kubernetes.io\/config.source: file/);
    expect(described).toMatch(/Controlled By: +Node\/default-1/);

    const container = () =>
      kubectl.run(
        ...['get', 'pod', 'agent-default-1'],
        '-o=jsonpath={.status.containerStatuses[0].containerID} {.status.containerStatuses[0].state.running.startedAt}',
      );
    const before = await container();
    await kubectl.run('delete', 'pod', 'agent-default-1');
    await until(async () => (await running('agent:1')) !== uid);
    expect(await container()).toBe(before);
    const again = await running('agent:1');
    await kubectl.run('delete', 'pod', 'agent-default-1', '--force', '--grace-period=0');
    await until(async () => (await running('agent:1')) !== again);
    expect(await container()).toBe(before);
    expect(await kubectl.run('exec', 'agent-default-1', '--', 'echo', 'inside')).toBe('inside\n');
    await kubectl.run('logs', 'agent-default-1');

    await writeFile(file, manifest('agent:2'));
    await running('agent:2');
    await rm(file);
    await until(async () => (await agents()).length === 0);
  });
});
