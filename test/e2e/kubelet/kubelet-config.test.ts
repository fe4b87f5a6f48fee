/** KubeletConfigs: what kubelets are told while they run, as kubectl sees it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFleet, missing, modeTitle } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

const config = (configuration: object, name = 'small'): object => ({
  apiVersion: 'fleet.flotilla.dev/v1alpha1',
  kind: 'KubeletConfig',
  metadata: { name },
  spec: { configuration },
});

describe.skipIf(missing !== undefined)(modeTitle('a KubeletConfig'), () => {
  it('reaches the nodes of a pool and a node of its own, and the last-known-good outlives it', async () => {
    const { flotilla, close } = await createFleet({});
    onTestFinished(close);
    await flotilla.start();
    const kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    onTestFinished(() => kubectl.close());
    const get = (kind: string, name: string, path: string) => kubectl.run('get', kind, name, `-o=jsonpath=${path}`);
    const pods = (name: string) => get('node', name, '{.status.allocatable.pods}');
    const ok = (name: string) =>
      get(
        'node',
        name,
        '{.status.conditions[?(@.type=="KubeletConfigOk")].status}: {.status.conditions[?(@.type=="KubeletConfigOk")].message}',
      );

    await kubectl.apply(config({ maxPods: 30 }));
    const ref = (name: string | null) =>
      JSON.stringify({ spec: { kubeletConfigRef: name === null ? null : { name } } });
    await kubectl.run('patch', 'nodepool', 'default', '--type=merge', `-p=${ref('small')}`);
    await until(async () => (await get('kubeletconfig', 'small', '{.status.conditions[0].status}')) === 'True');
    expect(await pods('default-0')).toBe('30');
    expect(await ok('default-0')).toBe('True: using KubeletConfig small (generation 1)');
    expect(await kubectl.run('get', 'kubeletconfigs')).toMatch(/small +[1-9]\d* +[1-9]\d* +0 +True/);

    await kubectl.apply(config({ maxPods: 20 }, 'own'));
    await kubectl.run('annotate', 'node', 'default-0', 'fleet.flotilla.dev/kubelet-config=own');
    await until(async () => (await pods('default-0')) === '20');
    const configz = await kubectl.run('get', '--raw', '/api/v1/nodes/default-0/proxy/configz');
    expect(JSON.parse(configz)).toMatchObject({ kubeletconfig: { maxPods: 20 } });

    await kubectl.run('delete', 'kubeletconfig', 'own');
    await until(async () => (await ok('default-0')).startsWith('False'));
    expect(await ok('default-0')).toContain('KubeletConfig "own" not found; using last-known-good KubeletConfig small');
    expect(await pods('default-0')).toBe('20');

    await kubectl.run('annotate', 'node', 'default-0', 'fleet.flotilla.dev/kubelet-config-');
    await until(async () => (await pods('default-0')) === '30');
    await kubectl.run('patch', 'nodepool', 'default', '--type=merge', `-p=${ref(null)}`);
    await until(async () => (await pods('default-0')) === '110' && (await ok('default-0')) === ': ');

    await expect(kubectl.apply(config({ port: 1 }))).rejects.toThrow('a running kubelet cannot change it');
  });
});
