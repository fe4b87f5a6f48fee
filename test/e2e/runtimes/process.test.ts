/** kubectl against pods that are processes of this host. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlotillaProcess } from '../../support/flotilla.ts';
import { freePort } from '../../support/free-port.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';
import { crashOften, QUICK_RESTARTS } from './crash-often.ts';
import { killWorker } from './kill-worker.ts';

const IMAGE = 'host/node:1';
const FOREVER = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 1 & wait $!; done";

describe('pods that are processes', () => {
  let root: string;
  let options: Readonly<Record<string, unknown>>;
  let flotilla: FlotillaProcess;
  let kubectl: Kubectl;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'flotilla-processes-'));
    options = {
      root,
      images: { [IMAGE]: { command: ['/bin/sh'] } },
      allowedPaths: ['/bin', '/usr/bin', '/usr/local/bin', process.execPath],
    };
    const env = { FLOTILLA_RUNTIMES: JSON.stringify({ process: { options } }) };
    const config = join(root, 'kubelet.yaml');
    await mkdir(join(root, 'manifests'));
    await writeFile(config, `${QUICK_RESTARTS}staticPodPath: ${root}/manifests\n`);
    flotilla = await FlotillaProcess.create({ args: ['--empty', '--kubelet-config', config], env });
    await flotilla.start();
    kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    await kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'host' } },
      spec: { replicas: 1, runtime: 'process' },
    });
    await kubectl.run('wait', 'node/host-0', '--for=create', '--timeout=60s');
    await kubectl.run('wait', 'node/host-0', '--for=condition=Ready', '--timeout=60s');
  });
  afterAll(async () => {
    await kubectl?.outcome(['delete', 'pods', '--all', '--now', '--timeout=30s']);
    await kubectl?.close();
    await flotilla?.close();
    await rm(root, { recursive: true, force: true });
  });

  const pod = (name: string, command: readonly string[], container: object = {}, spec: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [{ name: 'main', image: IMAGE, command, ...container }],
      ...spec,
    },
  });
  const shell = (script: string): string[] => ['sh', '-c', script];
  const ready = (name: string) => kubectl.run('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
  const field = (name: string, path: string) => kubectl.run('get', 'pod', name, `-o=jsonpath=${path}`);

  it('logs, exec, port-forward and top reach them, and configuration is below FLOTILLA_ROOT', async () => {
    const port = await freePort();
    const program = `require('http').createServer((q, r) => r.end(process.env.GREETING)).listen(${port}, '127.0.0.1');
      setInterval(() => console.log('line'), 200)`;
    await kubectl.run('create', 'configmap', 'settings', '--from-literal=mode=fast');
    await kubectl.apply(
      pod(
        'web',
        [process.execPath, '-e', program],
        {
          env: [{ name: 'GREETING', value: 'hello' }],
          readinessProbe: { httpGet: { path: '/', port }, periodSeconds: 1 },
          volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
        },
        { volumes: [{ name: 'settings', configMap: { name: 'settings' } }] },
      ),
    );
    await ready('web');
    expect(await field('web', '{.status.containerStatuses[0].containerID}')).toMatch(/^process:\/\/[0-9a-f]{64}$/);
    const follow = kubectl.start(['logs', '-f', 'web']);
    await follow.printed((text) => text.includes('line\nline'));
    await follow.stop();
    const failed = await kubectl.outcome(['exec', 'web', '--', 'sh', '-c', 'echo out; exit 5']);
    expect(failed).toMatchObject({ code: 5, stdout: 'out\n' });
    const settings = await kubectl.run('exec', 'web', '--', 'sh', '-c', 'cat $FLOTILLA_ROOT/etc/settings/mode');
    expect(settings).toBe('fast');
    const environment = await kubectl.run('exec', 'web', '--', 'env');
    expect(environment).toContain('GREETING=hello');
    expect(environment).not.toContain('FLOTILLA_RUNTIMES');
    const forward = kubectl.start(['port-forward', 'pod/web', `:${port}`]);
    await forward.printed((text) => text.includes('Forwarding from 127.0.0.1'));
    const local = /127\.0\.0\.1:(\d+)/.exec(forward.stdout())?.[1];
    expect(await (await fetch(`http://127.0.0.1:${local}/`)).text()).toBe('hello');
    await forward.stop();
  });

  it('a container that ends again and again leaves two attempts, and the log before', () =>
    crashOften({ kubectl, runtime: 'process', options, pod: pod('crashing', shell('echo run; exit 1')) }));

  it('of a file run on without their mirror, and end with the file', async () => {
    const manifest = join(root, 'manifests', 'agent.json');
    await writeFile(manifest, JSON.stringify({ ...pod('agent', shell(FOREVER)), apiVersion: 'v1', kind: 'Pod' }));
    await until(async () => (await kubectl.outcome(['get', 'pod', 'agent-host-0'])).code === 0);
    await ready('agent-host-0');
    const uid = () => field('agent-host-0', '{.metadata.uid}');
    const [before, first] = [await field('agent-host-0', '{.status.containerStatuses[0].containerID}'), await uid()];
    await kubectl.run('delete', 'pod', 'agent-host-0', '--timeout=60s');
    await until(async () => {
      const { code, stdout } = await kubectl.outcome(['get', 'pod', 'agent-host-0', '-o=jsonpath={.metadata.uid}']);
      return code === 0 && stdout !== first;
    });
    await ready('agent-host-0');
    expect(await field('agent-host-0', '{.status.containerStatuses[0].containerID}')).toBe(before);
    expect(await field('agent-host-0', '{.status.containerStatuses[0].restartCount}')).toBe('0');
    expect((await kubectl.run('logs', 'agent-host-0')).split('\n').filter((line) => line === 'line 1')).toHaveLength(1);
    await rm(manifest);
    await until(async () => (await kubectl.outcome(['get', 'pod', 'agent-host-0'])).code !== 0);
  });

  it('a worker that is killed finds its processes again and starts nothing twice', async () => {
    await kubectl.apply(pod('lasting', shell(`echo begun as $$; ${FOREVER}`)));
    await ready('lasting');
    await killWorker(flotilla, kubectl, 'lasting');
    expect((await kubectl.run('logs', 'lasting')).match(/begun as/g)).toHaveLength(1);
    await kubectl.run('delete', 'pod', 'lasting', '--timeout=60s');
  });

  it('a crash is told with its code, and backs off', async () => {
    await kubectl.apply(pod('crashing', shell('echo last words; exit 3')));
    await until(async () => (await field('crashing', '{.status.containerStatuses[0].restartCount}')) !== '0');
    await until(async () => (await kubectl.run('get', 'pod', 'crashing')).includes('CrashLoopBackOff'));
    expect(await field('crashing', '{.status.containerStatuses[0].lastState.terminated.exitCode}')).toBe('3');
    expect(await kubectl.run('logs', 'crashing', '-p')).toBe('last words\n');
  });

  it('what the operator does not allow is refused with the rule', async () => {
    await kubectl.apply(pod('strange', shell('true'), { image: 'docker.io/library/nginx' }));
    const message = () => field('strange', '{.status.containerStatuses[0].state.waiting.message}');
    await until(async () => (await message()).includes('none that the operator of this node allows'));
    await kubectl.apply(pod('other-user', shell('true'), { securityContext: { runAsUser: 4_321 } }));
    const refusal = () => field('other-user', '{.status.containerStatuses[0].state.waiting.message}');
    await until(async () => (await refusal()).includes('user 4321 is none that the operator allows'));
  });
});
