/** examples/scheduler as a process: it binds the pods that name it, and no others. */
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExampleProcess } from '../../support/example-process.ts';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { podManifest } from '../../support/manifests.ts';
import { until } from '../../support/until.ts';
import { untilPrinted } from '../../support/until-printed.ts';

const SAMPLE = resolve(import.meta.dirname, '../../../examples/scheduler/sample.yaml');
const PACKING = { schedulerName: 'packing-scheduler' };
interface Pods {
  items: { spec: { nodeName?: string; schedulerName: string }; status: { phase: string } }[];
}

describe.skipIf(missing !== undefined)(modeTitle('the scheduler'), () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  let scheduler: ExampleProcess;
  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
  });
  afterAll(() => kubectl?.close());
  const start = async (): Promise<void> => {
    scheduler = new ExampleProcess('examples/scheduler/main.js', flotilla().kubeconfig);
    await scheduler.printed(/ ready$/m);
  };
  afterEach(async () => {
    await kubectl.run('delete', 'deployment,pod', '-l', 'app in (packed, own)', '--ignore-not-found');
    await scheduler.end();
  });

  const packed = async () => (await kubectl.json<Pods>('get', 'pods', '-l', 'app=packed')).items;
  const nodesUsed = async (): Promise<(string | undefined)[]> => [
    ...new Set((await packed()).map(({ spec }) => spec.nodeName)),
  ];
  const running = (count: number): Promise<unknown> =>
    until(
      async () => (await packed()).filter(({ status }) => status.phase === 'Running').length === count,
      () => `not ${count} are running: ${scheduler.output}`,
    );

  it('packs the pods that name it on few nodes, and leaves the others to the scheduler of the fleet', async () => {
    await start();
    await kubectl.run('apply', '-f', SAMPLE);
    await running(6);
    // Six of 8 CPUs each, nodes of 32: four on the first, or three where a pod of another is.
    expect(await nodesUsed()).toHaveLength(2);
    expect(scheduler.output.match(/ bound default\/packed-/g)).toHaveLength(6);
    expect(scheduler.output).not.toContain('bound default/hello');
    await untilPrinted(
      () => kubectl.run('get', 'events', '--field-selector', 'reason=Scheduled', '-o', 'wide'),
      /packing-scheduler.*Successfully assigned default\/packed-/,
    );
  });

  it('goes elsewhere when a node is cordoned, as pods are replaced', async () => {
    await start();
    await kubectl.run('apply', '-f', SAMPLE);
    await running(6);
    const [first = ''] = await nodesUsed();
    await kubectl.run('cordon', first);
    await kubectl.run('rollout', 'restart', 'deployment/packed');
    await kubectl.run('rollout', 'status', 'deployment/packed', '--timeout=60s');
    await until(async () => (await packed()).length === 6);
    expect(await nodesUsed()).not.toContain(first);
    await kubectl.run('uncordon', first);
  });

  it('says why there is no node, and binds as soon as there is one', async () => {
    await start();
    const wants = { ...PACKING, nodeSelector: { disk: 'ssd' } };
    await kubectl.apply(podManifest('own', 'default', wants));
    const message = () =>
      kubectl.run('get', 'pod', 'own', '-o', 'jsonpath={.status.conditions[?(@.reason=="Unschedulable")].message}');
    const expected = "0/10 nodes are available: 10 node(s) didn't match Pod's node selector.";
    await until(async () => (await message()) === expected);
    await untilPrinted(() => kubectl.run('describe', 'pod', 'own'), /Warning +FailedScheduling .*packing-scheduler/);
    await kubectl.run('label', 'node', 'default-7', 'disk=ssd');
    await kubectl.run('wait', 'pod/own', '--for=condition=Ready', '--timeout=30s');
    expect(await kubectl.run('get', 'pod', 'own', '-o', 'jsonpath={.spec.nodeName}')).toBe('default-7');
  });

  it('finds the pods that came while it was not there', async () => {
    await kubectl.apply(podManifest('own', 'default', PACKING));
    await start();
    await kubectl.run('wait', 'pod/own', '--for=condition=Ready', '--timeout=30s');
  });
});
