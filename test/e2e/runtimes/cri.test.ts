/** kubectl against pods that really run, on a containerd of the test's own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Containerd, startContainerd } from '../../support/containers/containerd.ts';
import { BUSYBOX_IMAGE } from '../../support/containers/image-tar.ts';
import { missingContainerd } from '../../support/containers/requirements.ts';
import { FlotillaProcess } from '../../support/flotilla.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

const title = `pods on containerd${missingContainerd === undefined ? '' : ` (${missingContainerd})`}`;
const FOREVER = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 1 & wait $!; done";

describe.skipIf(missingContainerd !== undefined)(title, () => {
  let containerd: Containerd;
  let flotilla: FlotillaProcess;
  let kubectl: Kubectl;

  beforeAll(async () => {
    containerd = await startContainerd();
    const runtimes = JSON.stringify({ cri: { options: containerd.options } });
    flotilla = await FlotillaProcess.create({ args: ['--empty'], env: { FLOTILLA_RUNTIMES: runtimes } });
    await flotilla.start();
    kubectl = await Kubectl.create(34, flotilla.kubeconfig);
    await kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'real' } },
      spec: { replicas: 1, runtime: 'cri' },
    });
    await kubectl.run('wait', 'node/real-0', '--for=condition=Ready', '--timeout=60s');
  });
  afterAll(async () => {
    // What containerd leaves of pods that still run would stay on the host.
    await kubectl?.outcome(['delete', 'pods', '--all', '--now', '--timeout=30s']);
    await kubectl?.close();
    await flotilla?.close();
    await containerd?.close();
  });

  const pod = (name: string, script: string, container: object = {}, spec: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [{ name: 'main', image: BUSYBOX_IMAGE, command: ['sh', '-c', script], ...container }],
      ...spec,
    },
  });
  const ready = (name: string) => kubectl.run('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
  const field = (name: string, path: string) => kubectl.run('get', 'pod', name, `-o=jsonpath=${path}`);

  it('logs, exec, cp, port-forward and top reach them', async () => {
    const script = `mkdir -p /www && echo hello > /www/index.html && httpd -p 8080 -h /www; ${FOREVER}`;
    await kubectl.apply(
      pod('web', script, { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }),
    );
    await ready('web');
    expect(await field('web', '{.status.containerStatuses[0].containerID}')).toMatch(/^\w+:\/\/[0-9a-f]{64}$/);
    const follow = kubectl.start(['logs', '-f', 'web']);
    await follow.printed((text) => text.includes('line 3'));
    await follow.stop();
    const failed = await kubectl.outcome(['exec', 'web', '--', 'sh', '-c', 'echo out; exit 5']);
    expect(failed).toMatchObject({ code: 5, stdout: 'out\n' });
    const piped = await kubectl.outcome(['exec', '-i', 'web', '--', 'cat'], { input: 'through' });
    expect(piped).toMatchObject({ code: 0, stdout: 'through' });
    await kubectl.run('cp', flotilla.kubeconfig, 'web:/tmp/copied');
    expect(await kubectl.run('exec', 'web', '--', 'cat', '/tmp/copied')).toContain('current-context: flotilla');
    const forward = kubectl.start(['port-forward', 'pod/web', ':8080']);
    await forward.printed((text) => text.includes('Forwarding from 127.0.0.1'));
    const port = /127\.0\.0\.1:(\d+)/.exec(forward.stdout())?.[1];
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello\n');
    await forward.stop();
    const metrics = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/web';
    await until(async () => /"memory":"[1-9]\d*Ki"/.test((await kubectl.outcome(['get', '--raw', metrics])).stdout));
    expect(await kubectl.run('top', 'pod', 'web')).toMatch(/web\s+\d+m\s+\d+Mi/);
  });

  it('a failing liveness probe restarts the container, and the log before is kept', async () => {
    const livenessProbe = { exec: { command: ['test', '-e', '/tmp/well'] }, periodSeconds: 1, failureThreshold: 1 };
    await kubectl.apply(pod('sick', `touch /tmp/well; ${FOREVER}`, { livenessProbe }));
    await ready('sick');
    await kubectl.run('exec', 'sick', '--', 'rm', '/tmp/well');
    await until(async () => (await field('sick', '{.status.containerStatuses[0].restartCount}')) === '1');
    await until(async () => (await kubectl.outcome(['logs', '-p', 'sick'])).stdout.includes('line 1'));
    expect(await kubectl.run('events', '--for', 'pod/sick')).toContain(
      'Container main failed liveness probe, will be restarted',
    );
  });

  it('a worker that is killed finds its pods again and starts nothing twice', async () => {
    await kubectl.apply(pod('lasting', FOREVER));
    await ready('lasting');
    const id = await field('lasting', '{.status.containerStatuses[0].containerID}');
    await flotilla.kill('SIGKILL');
    await flotilla.start();
    await until(async () => (await kubectl.outcome(['exec', 'lasting', '--', 'true'])).code === 0);
    expect(await field('lasting', '{.status.containerStatuses[0].containerID}')).toBe(id);
    expect(await field('lasting', '{.status.containerStatuses[0].restartCount}')).toBe('0');
    await kubectl.run('delete', 'pod', 'lasting', '--timeout=60s');
  });

  it('a runtime that is away makes the node NotReady, and comes back by itself', async () => {
    await containerd.kill();
    const message = () =>
      kubectl.run('get', 'node', 'real-0', "-o=jsonpath={.status.conditions[?(@.type=='Ready')].message}");
    await until(async () => (await message()).includes('container runtime is down'));
    await containerd.start();
    await kubectl.run('wait', 'node/real-0', '--for=condition=Ready', '--timeout=60s');
  });
});
