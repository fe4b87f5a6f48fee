/** kubectl patch --subresource resize, which kubectl knows since 1.32. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { podManifest } from '../../support/manifests.ts';
import { untilPrinted } from '../../support/until-printed.ts';

const asks = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } });
const resizePolicy = [
  { resourceName: 'cpu', restartPolicy: 'NotRequired' },
  { resourceName: 'memory', restartPolicy: 'RestartContainer' },
];

describe.skipIf(missing !== undefined)(modeTitle('kubectl patch --subresource resize'), () => {
  const flotilla = useFlotilla();
  const namespace = 'resize';
  const inNamespace = ['-n', namespace] as const;
  let kubectl: Kubectl;
  const resize = (pod: string, resources: object) => {
    const patch = JSON.stringify({ spec: { containers: [{ name: 'main', resources }] } });
    return kubectl.outcome(['patch', 'pod', pod, ...inNamespace, '--subresource', 'resize', '--patch', patch]);
  };
  const wait = (pod: string, path: string) =>
    kubectl.run('wait', `pod/${pod}`, ...inNamespace, '--timeout=30s', `--for=jsonpath=${path}`);

  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const containers = [{ name: 'main', image: 'busybox', resources: asks('1', '1Gi'), resizePolicy }];
    await kubectl.apply(podManifest('web', namespace, { containers }));
    await kubectl.run('wait', '--for=condition=Ready', 'pod/web', ...inNamespace, '--timeout=30s');
  });
  afterAll(() => kubectl.close());

  it('gives a container cpu where it runs, and memory by a restart, as its policy says', async () => {
    expect(await resize('web', asks('1500m', '1Gi'))).toMatchObject({ code: 0 });
    await wait('web', '{.status.containerStatuses[0].resources.limits.cpu}=1500m');
    expect(await kubectl.run('get', 'pod', 'web', ...inNamespace)).toMatch(/web +1\/1 +Running +0 /);
    expect(await resize('web', asks('1500m', '2Gi'))).toMatchObject({ code: 0 });
    await wait('web', '{.status.containerStatuses[0].restartCount}=1');
    await wait('web', '{.status.containerStatuses[0].resources.limits.memory}=2Gi');
    await kubectl.run('wait', '--for=condition=Ready', 'pod/web', ...inNamespace, '--timeout=30s');
    const events = ['ResizeStarted', 'Container main resize requires restart', 'ResizeCompleted'];
    await untilPrinted(() => kubectl.run('describe', 'pod', 'web', ...inNamespace), ...events);
  });

  it('says what it may not do, and what the node has no room for', async () => {
    const other = await resize('web', { requests: { cpu: '1' } });
    expect(other.stderr).toContain('Pod QOS Class may not change as a result of resizing');
    const plain = JSON.stringify({ spec: { containers: [{ name: 'main', resources: asks('2', '2Gi') }] } });
    const refused = await kubectl.outcome(['patch', 'pod', 'web', ...inNamespace, '--patch', plain]);
    expect(refused.stderr).toContain('pod updates may not change fields other than');
    expect(await resize('web', asks('1000', '2Gi'))).toMatchObject({ code: 0 });
    await kubectl.run('wait', 'pod/web', ...inNamespace, '--for=condition=PodResizePending', '--timeout=30s');
    const [reason, cpu] = await Promise.all([
      kubectl.run(
        'get',
        'pod',
        'web',
        ...inNamespace,
        '-o=jsonpath={.status.conditions[?(@.type=="PodResizePending")].reason}',
      ),
      kubectl.run(
        'get',
        'pod',
        'web',
        ...inNamespace,
        '-o=jsonpath={.status.containerStatuses[0].resources.limits.cpu}',
      ),
    ]);
    expect([reason, cpu]).toEqual(['Infeasible', '1500m']);
  });
});
