/** What kubectl shows of pods whose probes fail, whose hooks run, and that end in order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { podManifest, simulation } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';

const NAMESPACE = 'lifecycle';
const IN = ['-n', NAMESPACE] as const;
const HTTP = { httpGet: { port: 'http', path: '/healthz' }, periodSeconds: 1 };
const MAIN = { name: 'main', image: 'web:1', ports: [{ name: 'http', containerPort: 80 }] };

describe.skipIf(missing !== undefined)(modeTitle('the life of a pod'), () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  const get = (name: string, path: string): Promise<string> =>
    kubectl.run('get', 'pod', name, ...IN, '-o', `jsonpath={${path}}`);
  const events = (name: string): Promise<string> =>
    kubectl.run('get', 'events', ...IN, '--field-selector', `involvedObject.name=${name}`);

  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  });
  afterAll(() => kubectl.close());

  it('restarts a container that fails its liveness probe, and says so', async () => {
    const sick = simulation({ startMs: 0, stopMs: 50, probes: { liveness: { attempts: 1 } } });
    await kubectl.apply(podManifest('sick', NAMESPACE, { containers: [{ ...MAIN, livenessProbe: HTTP }] }, sick));
    await until(async () => (await get('sick', '.status.containerStatuses[0].restartCount')) === '1');
    await kubectl.run('wait', '--for=condition=Ready', 'pod/sick', ...IN, '--timeout=30s');
    const told = await until(async () => {
      const text = await events('sick');
      return text.includes('Killing') ? text : undefined;
    });
    expect(told).toMatch(/Unhealthy .*Liveness probe failed: HTTP probe failed with statuscode: 500/);
    expect(told).toMatch(/Killing .*Container main failed liveness probe, will be restarted/);
  });

  it('takes a pod out while its readiness probe fails, as files inside of it say', async () => {
    const readinessProbe = { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 1, failureThreshold: 1 };
    const lifecycle = { postStart: { exec: { command: ['touch', '/tmp/ready'] } } };
    await kubectl.apply(podManifest('gate', NAMESPACE, { containers: [{ ...MAIN, readinessProbe, lifecycle }] }));
    await kubectl.run('wait', '--for=condition=Ready', 'pod/gate', ...IN, '--timeout=30s');
    await kubectl.run('exec', 'gate', ...IN, '--', 'rm', '/tmp/ready');
    await kubectl.run('wait', '--for=condition=Ready=false', 'pod/gate', ...IN, '--timeout=30s');
    await until(async () => (await events('gate')).includes('Readiness probe failed: cat: /tmp/ready: No such file'));
    await kubectl.run('exec', 'gate', ...IN, '--', 'touch', '/tmp/ready');
    await kubectl.run('wait', '--for=condition=Ready', 'pod/gate', ...IN, '--timeout=30s');
  });

  it('mounts what objects hold, follows them, and waits for those that are missing', async () => {
    const volumes = [{ name: 'config', configMap: { name: 'settings' } }];
    const spec = { containers: [{ ...MAIN, volumeMounts: [{ name: 'config', mountPath: '/config' }] }], volumes };
    await kubectl.apply(podManifest('mounts', NAMESPACE, spec));
    const told = await until(async () => {
      const text = await events('mounts');
      return text.includes('FailedMount') ? text : undefined;
    });
    expect(told).toContain('MountVolume.SetUp failed for volume "config" : configmap "settings" not found');
    expect(await kubectl.run('get', 'pod', 'mounts', ...IN)).toContain('ContainerCreating');
    await kubectl.run('create', 'configmap', 'settings', ...IN, '--from-literal=colour=blue');
    await kubectl.run('wait', '--for=condition=Ready', 'pod/mounts', ...IN, '--timeout=60s');
    const read = () => kubectl.run('exec', 'mounts', ...IN, '--', 'cat', '/config/colour');
    expect(await read()).toBe('blue');
    await kubectl.run('patch', 'configmap', 'settings', ...IN, '-p', '{"data":{"colour":"green"}}');
    expect(await read()).toBe('green');
  });

  it('gives a container a token that the API knows it by', async () => {
    await kubectl.apply(podManifest('token', NAMESPACE));
    await kubectl.run('wait', '--for=condition=Ready', 'pod/token', ...IN, '--timeout=30s');
    const file = '/var/run/secrets/kubernetes.io/serviceaccount/token';
    const token = await kubectl.run('exec', 'token', ...IN, '--', 'cat', file);
    const answer = await flotilla().request('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
    });
    const username = `system:serviceaccount:${NAMESPACE}:default`;
    expect(JSON.parse(answer.text)).toMatchObject({ status: { userInfo: { username } } });
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ 'kubernetes.io': { namespace: NAMESPACE, pod: { name: 'token' } } });
  });

  it('runs preStop before TERM and ends sidecars last', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 2 } } };
    const initContainers = [{ name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }];
    const spec = { containers: [{ ...MAIN, lifecycle }], initContainers };
    await kubectl.apply(podManifest('ending', NAMESPACE, spec, simulation({ stopMs: 1_000 })));
    await kubectl.run('wait', '--for=condition=Ready', 'pod/ending', ...IN, '--timeout=30s');
    const ended = (list: string): string => `{.status.${list}[0].state.terminated.finishedAt}`;
    const columns = `jsonpath=${ended('containerStatuses')} ${ended('initContainerStatuses')}{"\\n"}`;
    const watch = kubectl.start(['get', 'pod', 'ending', ...IN, '-w', '-o', columns]);
    await watch.printed((text) => text.includes('\n'));
    const from = Date.now();
    await kubectl.run('delete', 'pod', 'ending', ...IN);
    expect(Date.now() - from).toBeGreaterThan(3_000);
    await watch.printed((text) => /^\S+ \S+$/m.test(text));
    await watch.stop();
    const [main = '', proxy = ''] = /^(\S+) (\S+)$/m.exec(watch.stdout())?.slice(1) ?? [];
    expect(Date.parse(proxy)).toBeGreaterThanOrEqual(Date.parse(main));
  });
});
