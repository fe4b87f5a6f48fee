/** What a kubelet does of itself for its pods: variables of services, a graceful shutdown of the node. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, missing, modeTitle } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

const execute = promisify(execFile);
const NODE = 'fleet.flotilla.dev/kubelet-config';

const graceful = {
  apiVersion: 'fleet.flotilla.dev/v1alpha1',
  kind: 'KubeletConfig',
  metadata: { name: 'graceful' },
  spec: { configuration: { shutdownGracePeriod: '20s', shutdownGracePeriodCriticalPods: '5s' } },
};
const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'ending' },
  spec: { nodeName: 'default-0', containers: [{ name: 'app', image: 'app:1' }], ...spec },
});

describe.skipIf(missing !== undefined)(modeTitle('a node'), () => {
  let fleet: Awaited<ReturnType<typeof createFleet>>;
  let kubectl: Kubectl;
  beforeAll(async () => {
    fleet = await createFleet({});
    await fleet.flotilla.start();
    kubectl = await Kubectl.create(34, fleet.flotilla.kubeconfig);
  });
  afterAll(async () => {
    await kubectl?.close();
    await fleet?.close();
  });
  const get = (path: string, ...what: string[]) => kubectl.run('get', ...what, `-o=jsonpath=${path}`);
  const inEnding = (...args: string[]) => kubectl.run('--namespace=ending', ...args);

  it('tells containers of services', async () => {
    await until(async () => (await get('{.status.readyReplicas}', 'deployment', 'hello')) === '3');
    const ip = await get('{.spec.clusterIP}', 'service', 'kubernetes');
    const env = (await kubectl.run('exec', 'deployment/hello', '--', 'env')).split('\n');
    expect(env).toContain(`KUBERNETES_SERVICE_HOST=${ip}`);
    expect(env).toContain(`KUBERNETES_PORT_443_TCP=tcp://${ip}:443`);
  });

  it('that shuts down ends its pods, critical ones last, and refuses others', async () => {
    await kubectl.run('create', 'namespace', 'ending');
    await kubectl.apply(graceful);
    await kubectl.run('annotate', 'node', 'default-0', `${NODE}=graceful`);
    const active = '{.status.conditions[?(@.type=="KubeletConfigOk")].status}';
    await until(async () => (await get(active, 'node', 'default-0')) === 'True');
    await kubectl.apply([pod('web', {}), pod('vital', { priorityClassName: 'system-cluster-critical' })]);
    const phases = () => inEnding('get', 'pods', '-o=jsonpath={.items[*].status.phase}');
    await until(async () => (await phases()) === 'Running Running');

    await kubectl.run('annotate', 'node', 'default-0', 'fleet.flotilla.dev/shutdown=now');
    await until(async () => (await phases()) === 'Failed Failed');
    const ready = '{.status.conditions[?(@.type=="Ready")].reason}: {.status.conditions[?(@.type=="Ready")].message}';
    expect(await get(ready, 'node', 'default-0')).toBe('KubeletNotReady: node is shutting down');
    expect(await inEnding('get', 'pods')).toMatch(/web +0\/1 +Completed +0/);
    const described = await inEnding('describe', 'pod', 'vital');
    expect(described).toMatch(/Reason: +Terminated/);
    expect(described).toMatch(/Message: +Pod was terminated in response to imminent node shutdown\./);

    await kubectl.apply(pod('late', { tolerations: [{ operator: 'Exists' }] }));
    const late = () => inEnding('get', 'pod', 'late', '-o=jsonpath={.status.reason}: {.status.message}');
    await until(async () => (await late()).startsWith('NodeShutdown'));
    expect(await late()).toBe('NodeShutdown: Pod was rejected: Pod was rejected as the node is shutting down.');

    await kubectl.run('annotate', 'node', 'default-0', 'fleet.flotilla.dev/shutdown-');
    const status = '{.status.conditions[?(@.type=="Ready")].status}';
    await until(async () => (await get(status, 'node', 'default-0')) === 'True');
    const events = () => kubectl.run('get', 'events', '-A', '--field-selector=reason=NodeShutdown');
    await until(async () => (await events()).includes('Shutdown manager detected shutdown cancellation'));
    await kubectl.run('delete', 'namespace', 'ending');
  });

  it('shuts down by the command line, which tells of each pod', async () => {
    await kubectl.run('create', 'namespace', 'ending');
    await kubectl.apply([pod('web', { nodeName: 'default-1' }), pod('api', { nodeName: 'default-1' })]);
    const phases = () => inEnding('get', 'pods', '-o=jsonpath={.items[*].status.phase}');
    await until(async () => (await phases()) === 'Running Running');
    const flotilla = (...args: string[]) =>
      execute(process.execPath, ['bin/flotilla.js', '--kubeconfig', fleet.flotilla.kubeconfig, 'node', ...args]);
    await expect(flotilla('shutdown', 'default-1')).rejects.toThrow('default-1 has no shutdownGracePeriod');
    const { stdout, stderr } = await flotilla('shutdown', 'default-1', '--grace', '20s');
    expect(stdout).toMatch(/1 of 1 nodes, (\d+) of \1 pods have ended/);
    expect(stdout).toMatch(/default-1 +ending\/web +Terminated/);
    for (const line of [
      'default-1: shutting down',
      'default-1 ending/web: Terminated',
      'default-1 ending/api: Terminated',
    ]) {
      expect(stderr).toContain(`${line}\n`);
    }
    expect(await inEnding('get', 'pod', 'web', '-o=jsonpath={.status.reason}')).toBe('Terminated');
    await flotilla('shutdown', 'default-1', '--cancel');
    const status = '{.status.conditions[?(@.type=="Ready")].status}';
    await until(async () => (await get(status, 'node', 'default-1')) === 'True');
    await kubectl.run('delete', 'namespace', 'ending');
  });

  it('whose disk fills up removes the images that nothing uses', async () => {
    const configuration = { imageGCHighThresholdPercent: 70, imageGCLowThresholdPercent: 60, imageMinimumGCAge: '0s' };
    await kubectl.apply({ ...graceful, metadata: { name: 'tidy' }, spec: { configuration } });
    await kubectl.run('annotate', 'node', 'default-3', `${NODE}=tidy`);
    const here = (name: string) => ({
      ...pod(name, { nodeName: 'default-3', containers: [{ name: 'app', image: `${name}:1` }] }),
      metadata: { name, namespace: 'default' },
    });
    await kubectl.apply([here('staying'), here('going')]);
    const images = () => get('{.status.images[*].names[0]}', 'node', 'default-3');
    const phases = () => get('{.items[*].status.phase}', 'pods', '--field-selector=spec.nodeName=default-3', '-l!app');
    await until(async () => (await phases()) === 'Running Running');
    await kubectl.run('delete', 'pod', 'going');
    const signals = JSON.stringify({ 'imagefs.available': '20%' });
    await kubectl.run('annotate', 'node', 'default-3', `fleet.flotilla.dev/signals=${signals}`);
    await until(async () => (await images()).includes('staying:1') && !(await images()).includes('going:1'));
    const events = () => kubectl.run('get', 'events', '--field-selector=reason=FreeDiskSpaceFailed');
    await until(async () => (await events()).includes('Failed to garbage collect required amount of images.'));
    await kubectl.run('delete', 'pod', 'staying');
  });
});
