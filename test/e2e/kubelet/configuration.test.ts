/** What an operator tells all kubelets in a KubeletConfiguration, as kubectl sees it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, missing, modeTitle } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';

async function fleetWith(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-kubelet-'));
  const file = join(folder, 'kubelet.yaml');
  await writeFile(file, HEAD + text);
  const fleet = await createFleet({ args: ['--kubelet-config', file] });
  onTestFinished(async () => {
    await fleet.close();
    await rm(folder, { recursive: true });
  });
  return fleet.flotilla;
}

describe.skipIf(missing !== undefined)(modeTitle('a KubeletConfiguration'), () => {
  it('holds on every node, and configz shows it', async () => {
    const flotilla = await fleetWith(
      'maxPods: 42\nkubeReserved: { cpu: 500m }\nregisterWithTaints: [{ key: fresh, effect: PreferNoSchedule }]\n',
    );
    await flotilla.start();
    const kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    onTestFinished(() => kubectl.close());
    const node = (path: string) => kubectl.run('get', 'node', 'default-0', `-o=jsonpath=${path}`);
    await until(async () => (await node('{.status.allocatable.pods}')) === '42');
    expect(await node('{.status.capacity.cpu} {.status.allocatable.cpu}')).toBe('32 31500m');
    expect(await node('{.spec.taints[*].key}')).toContain('fresh');
    const configz = await kubectl.run('get', '--raw', '/api/v1/nodes/default-0/proxy/configz');
    expect(JSON.parse(configz)).toMatchObject({ kubeletconfig: { maxPods: 42, kubeReserved: { cpu: '500m' } } });
  });

  it('with an unknown field keeps the program from starting', async () => {
    const flotilla = await fleetWith('maxPodz: 42\n');
    await expect(flotilla.start()).rejects.toThrow();
    expect(flotilla.output).toContain('unknown field "maxPodz"');
  });
});
