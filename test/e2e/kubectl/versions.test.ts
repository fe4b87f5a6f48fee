/** The day's work on each other kubectl that is supported: its ways of asking differ, its answers must not. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { OTHER_KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { podManifest } from '../../support/manifests.ts';
import { untilPrinted } from '../../support/until-printed.ts';

describe.skipIf(missing !== undefined)(modeTitle('every kubectl'), () => {
  const flotilla = useFlotilla();

  describe.each(OTHER_KUBECTL_MINORS)('1.%i', (minor) => {
    let kubectl: Kubectl;
    let folder: string;
    const namespace = `version-${minor}`;
    const run = (...args: string[]) => kubectl.run('-n', namespace, ...args);
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'flotilla-version-'));
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.run('create', 'namespace', namespace);
    });
    afterAll(async () => {
      await kubectl.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('deploys, rolls over, goes back, scales, deletes', async () => {
      await run('create', 'deployment', 'web', '--image=nginx:1', '--replicas=2');
      await run('rollout', 'status', 'deployment/web', '--timeout=30s');
      await run('set', 'image', 'deployment/web', '*=nginx:2');
      await run('rollout', 'status', 'deployment/web', '--timeout=30s');
      expect(await run('get', 'deployment', 'web', '-o', 'wide')).toMatch(/^web +2\/2 +2 +2 .* nginx:2 +app=web$/m);
      await run('rollout', 'undo', 'deployment/web');
      expect(await run('get', 'deployment', 'web', '-o', 'jsonpath={..image}')).toBe('nginx:1');
      await run('scale', 'deployment/web', '--replicas=0');
      await run('delete', 'deployment', 'web', '--cascade=foreground');
      expect(await run('get', 'all')).toBe('');
    });

    it('applies from a client and from the server, tells the difference, explains', async () => {
      const config = (value: string) =>
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { key: value } });
      const apply = (value: string, ...args: string[]) =>
        kubectl.outcome(['-n', namespace, ...args, '-f', '-'], { input: config(value) });
      expect((await apply('a', 'apply')).stdout).toBe('configmap/settings created\n');
      expect((await apply('b', 'diff')).stdout).toMatch(/^- {2}key: a\n\+ {2}key: b$/m);
      expect((await apply('b', 'apply', '--server-side')).stdout).toBe('configmap/settings serverside-applied\n');
      expect(await run('get', 'cm', 'settings', '-o', 'jsonpath={.data.key}')).toBe('b');
      expect(await run('explain', 'configmap.data')).toMatch(/FIELD: data <map\[string\]string>/);
    });

    it('watches, describes, and works inside a pod', async () => {
      const watching = kubectl.start(['-n', namespace, 'get', 'pods', '-w']);
      await kubectl.apply(podManifest('box', namespace));
      await watching.printed((text) => /^box +1\/1 +Running/m.test(text));
      await watching.stop();
      await untilPrinted(() => run('describe', 'pod', 'box'), /Normal +Started .*kubelet/);
      expect(await run('exec', 'box', '--', 'sh', '-c', 'echo in && hostname > /tmp/name')).toBe('in\n');
      await run('cp', 'box:/tmp/name', join(folder, 'name'));
      expect(await readFile(join(folder, 'name'), 'utf8')).toBe('box\n');
      expect(await run('logs', 'box', '--tail=1')).not.toBe('');
      await run('delete', 'pod', 'box', '--grace-period=1');
      expect(await run('get', 'pods', '-o', 'name')).toBe('');
    });

    it('drains, patches, debugs, forwards a port, waits', async () => {
      const ports = [{ containerPort: 8080 }];
      await kubectl.apply(
        podManifest('served', namespace, { containers: [{ name: 'main', image: 'busybox', ports }] }),
      );
      await run('wait', 'pod/served', '--for=condition=Ready', '--timeout=30s');
      await run('label', 'pod', 'served', 'tier=one');
      await run(
        'patch',
        'pod',
        'served',
        '--type=json',
        '-p',
        '[{"op":"add","path":"/metadata/labels/j","value":"1"}]',
      );
      await run('patch', 'pod', 'served', '-p', '{"metadata":{"labels":{"tier":null}}}');
      expect(await run('get', 'pod', 'served', '-o', 'jsonpath={.metadata.labels}')).toBe('{"app":"served","j":"1"}');
      const forwarding = kubectl.start(['-n', namespace, 'port-forward', 'pod/served', ':8080']);
      await forwarding.printed((text) => /Forwarding from 127\.0\.0\.1:\d+/.test(text));
      const port = /127\.0\.0\.1:(\d+)/.exec(forwarding.stdout())?.[1];
      expect(await (await fetch(`http://127.0.0.1:${port}/here`)).json()).toMatchObject({
        pod: 'served',
        path: '/here',
      });
      await forwarding.stop();
      await run('debug', 'served', '-c', 'beside', '--image=busybox', '--attach=false', '--', 'sleep', '60');
      const running = '{.status.ephemeralContainerStatuses[0].state.running}';
      await run('wait', 'pod/served', `--for=jsonpath=${running}`, '--timeout=30s');
      const node = await run('get', 'pod', 'served', '-o', 'jsonpath={.spec.nodeName}');
      const drained = await run('drain', node, '--force', '--ignore-daemonsets', '--pod-selector=app=served');
      expect(drained).toContain(`node/${node} drained`);
      expect((await kubectl.outcome(['-n', namespace, 'get', 'pod', 'served'])).stderr).toContain('NotFound');
      expect(await run('uncordon', node)).toBe(`node/${node} uncordoned\n`);
    });

    it('asks who it is and what it may, makes tokens, and finds events', async () => {
      expect(await run('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe('admin');
      expect(await run('auth', 'can-i', 'delete', 'nodes')).toBe('yes\n');
      expect((await run('create', 'token', 'default')).split('.')).toHaveLength(3);
      expect(await run('events', '--types=Normal')).toMatch(/Normal +Scheduled +Pod\/box/);
      expect(await run('top', 'nodes')).toMatch(/^NAME +CPU\(cores\)/);
    });
  });
});
