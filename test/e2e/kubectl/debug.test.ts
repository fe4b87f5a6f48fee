/** kubectl debug on both kubectls: into a pod that runs, beside a copy of it, on a node. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { podManifest } from '../../support/manifests.ts';

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly nodeName: string;
    readonly hostNetwork?: boolean;
    readonly shareProcessNamespace?: boolean;
    readonly containers: readonly { readonly name: string; readonly image: string; readonly command?: string[] }[];
    readonly ephemeralContainers?: readonly { readonly name: string; readonly targetContainerName?: string }[];
  };
  readonly status: {
    readonly ephemeralContainerStatuses?: readonly {
      readonly name: string;
      readonly restartCount: number;
      readonly state: { readonly running?: object; readonly terminated?: { readonly exitCode: number } };
    }[];
  };
}

describe.skipIf(missing !== undefined)(modeTitle('kubectl debug'), () => {
  const flotilla = useFlotilla();

  describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    const namespace = `debug-${minor}`;
    const inNamespace = ['-n', namespace] as const;
    const read = (name: string) => kubectl.json<Pod>('get', 'pod', name, ...inNamespace);
    const debug = (args: readonly string[], input?: string) =>
      kubectl.outcome(['debug', ...inNamespace, ...args], input === undefined ? {} : { input });

    beforeAll(async () => {
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await kubectl.apply(podManifest('box', namespace));
      await kubectl.run('wait', '--for=condition=Ready', 'pod/box', ...inNamespace, '--timeout=30s');
    });
    afterAll(() => kubectl.close());

    it('runs a command in a container beside those of the pod, and sees it end', async () => {
      const asked = ['box', '-it', '-c', 'first', '--image=busybox', '--target=main', '--', 'sh', '-c'];
      const { stdout } = await debug([...asked, 'echo hello from $(hostname); exit 3']);
      expect(stdout).toContain('hello from box');
      await kubectl.run(
        ...['wait', 'pod/box', ...inNamespace, '--timeout=30s'],
        '--for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}=3',
      );
      const { spec, status } = await read('box');
      expect(spec.ephemeralContainers).toMatchObject([{ name: 'first', targetContainerName: 'main' }]);
      expect(status.ephemeralContainerStatuses).toMatchObject([{ name: 'first', restartCount: 0 }]);
    });

    it('leaves a container to look into the pod with, by logs, exec, attach and cp', async () => {
      expect((await debug(['box', '-c', 'second', '--image=busybox'])).code).toBe(0);
      const running = '{.status.ephemeralContainerStatuses[?(@.name=="second")].state.running}';
      await kubectl.run('wait', 'pod/box', ...inNamespace, '--timeout=30s', `--for=jsonpath=${running}`);
      expect(await kubectl.run('logs', 'box', '-c', 'second', ...inNamespace)).toContain('second: started busybox');
      const exec = ['exec', 'box', '-c', 'second', ...inNamespace, '--', 'sh', '-c', 'echo here; exit 4'];
      expect(await kubectl.outcome(exec)).toMatchObject({ code: 4, stdout: 'here\n' });
      const attached = kubectl.start(['attach', 'box', '-c', 'second', ...inNamespace]);
      await attached.printed((text) => text.includes('second: alive'));
      await attached.stop();
      expect(await kubectl.run('describe', 'pod', 'box', ...inNamespace)).toMatch(/Ephemeral Containers:\s+first:/);
    });

    it('copies a pod with one of its containers changed and another added', async () => {
      const copied = ['box', '--copy-to=copy', '--image=busybox:2', '-c', 'extra', '--share-processes'];
      expect((await debug([...copied, '--attach=false', '--', 'sleep', '1d'])).code).toBe(0);
      await kubectl.run('wait', '--for=condition=Ready', 'pod/copy', ...inNamespace, '--timeout=30s');
      const { spec } = await read('copy');
      expect(spec).toMatchObject({
        shareProcessNamespace: true,
        containers: [{ name: 'main' }, { name: 'extra', image: 'busybox:2' }],
      });
      const changed = await debug(['box', '-it', '--copy-to=shell', '-c', 'main', '--', 'sh', '-c', 'echo here']);
      expect(changed.stdout).toContain('here');
    });

    it('runs a pod on a node, in the namespaces of the host', async () => {
      const nodes = await kubectl.json<{ items: Pod[] }>('get', 'nodes');
      const node = nodes.items[0]?.metadata.name ?? '';
      const { stdout } = await debug([`node/${node}`, '-it', '--image=busybox', '--', 'sh', '-c', 'hostname']);
      expect(stdout).toContain(node);
      const { items } = await kubectl.json<{ items: Pod[] }>('get', 'pods', ...inNamespace);
      const made = items.find(({ metadata }) => metadata.name.startsWith(`node-debugger-${node}`));
      expect(made?.spec).toMatchObject({ nodeName: node, hostNetwork: true });
    });

    it('says what it may not do', async () => {
      const taken = await debug(['box', '-c', 'main', '--image=busybox']);
      expect(taken.stderr).toMatch(/ephemeralContainers\[\d\]\.name: Duplicate value: "main"/);
      expect((await debug(['nobody', '--image=busybox'])).stderr).toContain('pods "nobody" not found');
      const target = await debug(['box', '--image=busybox', '--target=nothing']);
      expect(target.stderr).toContain('targetContainerName: Not found: "nothing"');
    });
  });
});
