/** exec, cp, attach, port-forward: what people do inside a pod, on both kubectls, over WebSockets and over SPDY. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { KUBECTL_MINORS } from '../../support/kubectl-binary.ts';
import { podManifest, simulation } from '../../support/manifests.ts';

const TRANSPORTS = KUBECTL_MINORS.flatMap((minor) => [
  {
    minor,
    transport: 'WebSocket',
    env: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'true', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true' },
  },
  {
    minor,
    transport: 'SPDY',
    env: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' },
  },
]);

describe.skipIf(missing !== undefined)(modeTitle('streaming'), () => {
  const flotilla = useFlotilla();

  describe.each(TRANSPORTS)('1.$minor over $transport', ({ minor, transport, env }) => {
    let kubectl: Kubectl;
    let folder: string;
    const namespace = `streaming-${minor}-${transport.toLowerCase()}`;
    const inNamespace = ['-n', namespace] as const;
    const exec = (args: readonly string[], input?: string) =>
      kubectl.outcome(['exec', ...inNamespace, ...args], { env, ...(input === undefined ? {} : { input }) });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'flotilla-streaming-'));
      kubectl = await Kubectl.create(minor, flotilla().kubeconfig);
      await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const spec = {
        containers: [
          {
            name: 'main',
            image: 'busybox',
            env: [{ name: 'COLOUR', value: 'blue' }],
            ports: [{ containerPort: 8080 }],
          },
        ],
      };
      await kubectl.apply(
        podManifest('box', namespace, spec, simulation({ logs: { everyMs: 50, lines: ['a line'] } })),
      );
      await kubectl.run('wait', '--for=condition=Ready', 'pod/box', ...inNamespace, '--timeout=30s');
    });
    afterAll(async () => {
      await kubectl.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('runs commands, and tells outputs and exit codes apart', async () => {
      expect((await exec(['box', '--', 'hostname'])).stdout).toBe('box\n');
      expect((await exec(['box', '--', 'env'])).stdout).toContain('COLOUR=blue\n');
      const failed = await exec(['box', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
      expect(failed).toMatchObject({ code: 3, stdout: 'out\n' });
      expect(failed.stderr).toBe('err\ncommand terminated with exit code 3\n');
    });

    it('sends input', async () => {
      expect((await exec(['-i', 'box', '--', 'cat'], 'one\ntwo')).stdout).toBe('one\ntwo');
      expect((await exec(['-i', 'box', '--', 'sh'], 'echo $((')).code).toBe(2);
      expect((await exec(['-i', 'box', '--', 'sh'], 'echo kept > /tmp/kept\ncat /tmp/kept\n')).stdout).toBe('kept\n');
    });

    it('says why a command cannot run', async () => {
      const unknown = await exec(['box', '--', 'nonsense']);
      expect(unknown.code).toBe(1);
      expect(unknown.stderr).toContain('exec: "nonsense": executable file not found in $PATH');
      expect((await exec(['box', '-c', 'x', '--', 'true'])).stderr).toContain('container x is not valid for pod box');
      expect((await exec(['nobody', '--', 'true'])).stderr).toContain('pods "nobody" not found');
    });

    it('copies a folder and bytes there and back', async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
      await mkdir(join(folder, 'there/deep'), { recursive: true });
      await writeFile(join(folder, 'there/binary'), bytes);
      await writeFile(join(folder, 'there/deep/text'), 'deep');
      await symlink('deep/text', join(folder, 'there/link'));
      const cp = (from: string, to: string) => kubectl.outcome(['cp', from, to], { env });
      expect((await cp(join(folder, 'there'), `${namespace}/box:/srv`)).code).toBe(0);
      expect((await exec(['box', '--', 'cat', '/srv/deep/text'])).stdout).toBe('deep');
      expect((await exec(['box', '--', 'ls', '-l', '/srv/link'])).stdout).toMatch(/^lrwxrwxrwx .* -> deep\/text\n$/);
      expect((await exec(['box', '--', 'cat', '/srv/link'])).stdout).toBe('deep');
      expect((await cp(`${namespace}/box:/srv`, join(folder, 'back'))).code).toBe(0);
      expect((await readFile(join(folder, 'back/binary'))).equals(bytes)).toBe(true);
      expect(await readFile(join(folder, 'back/deep/text'), 'utf8')).toBe('deep');
      // What tar complains of comes before the end of its archive. kubectl cp leaves at that end, at times before it has
      // printed the complaint; exec waits for it.
      const nowhere = await exec(['box', '--', 'tar', 'cf', '-', '/nowhere']);
      expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('tar: /nowhere: No such file')]);
      await cp(`${namespace}/box:/nowhere`, join(folder, 'none'));
      await expect(readFile(join(folder, 'none'))).rejects.toThrow('ENOENT');
    });

    it('attaches to what the container prints', async () => {
      const attached = kubectl.start(['attach', 'box', ...inNamespace], { env });
      await attached.printed((text) => text.split('a line\n').length > 3);
      await attached.stop();
    });

    it('forwards a port to what the pod answers, and says when nothing listens', async () => {
      const forwarded = async (port: number) => {
        const running = kubectl.start(['port-forward', 'pod/box', `:${port}`, ...inNamespace], { env });
        await running.printed((text) => /127\.0\.0\.1:(\d+) ->/.test(text));
        return { running, local: /127\.0\.0\.1:(\d+) ->/.exec(running.stdout())?.[1] };
      };
      const open = await forwarded(8080);
      for (const path of ['/first', '/second']) {
        const answer = await fetch(`http://127.0.0.1:${open.local}${path}`);
        expect(await answer.json()).toMatchObject({ pod: 'box', namespace, port: 8080, path });
      }
      await open.running.stop();
      const shut = await forwarded(81);
      await expect(fetch(`http://127.0.0.1:${shut.local}/`)).rejects.toThrow();
      await shut.running.stop();
    });

    it('runs a pod, talks to its shell, and sees it end', async () => {
      const args = ['run', 'talk', '-i', '--quiet', '--image=busybox', '--restart=Never', ...inNamespace];
      const { code, stdout } = await kubectl.outcome([...args, '--', 'sh'], { input: 'echo hello; exit 5\n', env });
      expect([code, stdout]).toEqual([5, 'hello\n']);
      expect(await kubectl.run('get', 'pod', 'talk', ...inNamespace)).toMatch(/talk +0\/1 +Error/);
    });
  });
});
