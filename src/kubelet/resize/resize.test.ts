import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Container, Pod, ResourceRequirements } from '../pod.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/capacity': '{"cpu":"4","memory":"8Gi"}' } });
  await world.run(0);
});

const asks = (cpu: string, memory: string): ResourceRequirements => ({
  requests: { cpu, memory },
  limits: { cpu, memory },
});

async function runningPod(name: string, container: Partial<Container>, more: object = {}, simulation: object = {}) {
  const containers = [{ name: 'main', image: 'web:1', ...container }];
  world.addPod(name, { containers, ...more }, simulation);
  await world.run(5_000);
  expect(statusOf(name)).toMatchObject({ phase: 'Running' });
}

/** As `pods/resize` writes it. */
function resize(name: string, resources: ResourceRequirements): void {
  world.edit<Pod>('pods', 'default', name, (pod) => {
    pod.metadata.generation = (pod.metadata.generation ?? 1) + 1;
    Object.assign(pod.spec.containers[0] ?? {}, { resources });
  });
}

const statusOf = (name: string) => world.pod(name)?.status;
const containerOf = (name: string) => statusOf(name)?.containerStatuses?.[0];
const conditionOf = (name: string, type: string) => statusOf(name)?.conditions?.find((each) => each.type === type);
const resizeConditions = (name: string): string[] =>
  (statusOf(name)?.conditions ?? [])
    .filter(({ type }) => type.startsWith('PodResize'))
    .map(({ type, status, reason = '', message = '', observedGeneration }) =>
      [type, status, observedGeneration, reason, message].join(' ').trim(),
    );
const resourcesInForce = async (name: string) =>
  (await world.runtime.pod(world.pod(name)?.metadata.uid ?? ''))?.containers.at(-1)?.resources;
const resizeEvents = async (): Promise<string[]> =>
  (await world.events()).filter((event) => event.startsWith('Resize') || event.includes('resize'));

describe('a resize', () => {
  it('is given to a container where it runs', async () => {
    await runningPod('web', { resources: asks('1', '1Gi') });
    const before = containerOf('web');
    expect(before).toMatchObject({ resources: asks('1', '1Gi'), allocatedResources: { cpu: '1', memory: '1Gi' } });
    resize('web', asks('1500m', '2Gi'));
    await world.pass();
    expect(resizeConditions('web')).toEqual(['PodResizeInProgress True 2']);
    expect(containerOf('web')).toMatchObject({
      ...{ resources: asks('1', '1Gi'), allocatedResources: { cpu: '1500m', memory: '2Gi' } },
    });
    await world.run(1_000);
    expect(resizeConditions('web')).toEqual([]);
    expect(containerOf('web')).toEqual({
      ...{ ...before, resources: asks('1500m', '2Gi') },
      allocatedResources: { cpu: '1500m', memory: '2Gi' },
    });
    const GI = 2 ** 30;
    const inForce = { cpuRequest: 1_500, cpuLimit: 1_500, memoryRequest: 2 * GI, memoryLimit: 2 * GI };
    expect(await resourcesInForce('web')).toEqual(inForce);
    const what = JSON.stringify({
      containers: [
        { name: 'main', resources: { limits: asks('1500m', '2Gi').limits, requests: { cpu: '1500m', memory: '2Gi' } } },
      ],
      generation: 2,
    });
    expect(await resizeEvents()).toEqual([
      `ResizeStarted Pod resize started: ${what}`,
      `ResizeCompleted Pod resize completed: ${what}`,
    ]);
    expect(world.errors).toEqual([]);
  });

  it.each([
    ['Always', 'memory', 1],
    ['OnFailure', 'memory', 1],
    ['Always', 'cpu', 0],
  ])(
    'restarts a container (policy %s) where %s changed and its policy asks for that: %i times',
    async (policy, changed, restarts) => {
      const resizePolicy = [
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
        { resourceName: 'memory', restartPolicy: 'RestartContainer' },
      ];
      await runningPod('web', { resources: asks('1', '1Gi'), resizePolicy }, { restartPolicy: policy });
      const wanted = changed === 'cpu' ? asks('2', '1Gi') : asks('1', '2Gi');
      resize('web', wanted);
      await world.run(10_000);
      expect(containerOf('web')).toMatchObject({ restartCount: restarts, state: { running: {} }, resources: wanted });
      expect(resizeConditions('web')).toEqual([]);
      const events = await resizeEvents();
      const killed = events.filter((event) => event.startsWith('Killing'));
      expect(killed).toEqual(restarts === 0 ? [] : ['Killing Container main resize requires restart']);
      expect(events.at(-1)).toMatch(/^ResizeCompleted/);
      expect(world.states.doubles).toEqual([]);
    },
  );

  it('that no node of that size can give is infeasible, and the pod goes on as it is', async () => {
    await runningPod('web', { resources: asks('1', '1Gi') });
    resize('web', asks('5', '1Gi'));
    await world.run(60_000);
    const why = "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000";
    expect(resizeConditions('web')).toEqual([`PodResizePending True 2 Infeasible ${why}`]);
    expect(containerOf('web')).toMatchObject({ resources: asks('1', '1Gi'), allocatedResources: { cpu: '1' } });
    expect(world.pod('web')?.spec.containers[0]?.resources).toEqual(asks('5', '1Gi'));
    expect(await resourcesInForce('web')).toMatchObject({ cpuRequest: 1_000 });
    expect(await resizeEvents()).toEqual([expect.stringMatching(/^ResizeInfeasible Pod resize Infeasible: \{/)]);
    // It is taken back.
    resize('web', asks('1', '1Gi'));
    await world.run(1_000);
    expect(resizeConditions('web')).toEqual([]);
  });

  it('waits for room on the node, without taking any, and is given when there is some', async () => {
    await runningPod('web', { resources: asks('1', '1Gi') });
    await runningPod('other', { resources: asks('2', '1Gi') });
    resize('web', asks('3', '1Gi'));
    await world.run(20_000);
    const why = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000";
    expect(resizeConditions('web')).toEqual([`PodResizePending True 2 Deferred ${why}`]);
    const since = conditionOf('web', 'PodResizePending')?.lastTransitionTime;
    // What it waits for is not its own yet: another pod gets it.
    await runningPod('third', { resources: asks('1', '1Gi') });
    expect(conditionOf('web', 'PodResizePending')?.lastTransitionTime).toBe(since);
    for (const name of ['other', 'third']) {
      world.delete('pods', 'default', name, 0);
    }
    await world.run(10_000);
    expect(resizeConditions('web')).toEqual([]);
    expect(containerOf('web')).toMatchObject({ resources: asks('3', '1Gi'), restartCount: 0 });
    expect((await resizeEvents()).map((event) => event.split(' ')[0])).toEqual([
      ...['ResizeDeferred', 'ResizeDeferred', 'ResizeStarted', 'ResizeCompleted'],
    ]);
  });

  it('makes room for a later pod when it is for less', async () => {
    await runningPod('web', { resources: asks('4', '1Gi') });
    resize('web', asks('1', '1Gi'));
    await world.run(1_000);
    await runningPod('other', { resources: asks('3', '1Gi') });
    expect(statusOf('other')?.phase).toBe('Running');
  });

  it('that the runtime refuses is in progress with the error, and is tried again', async () => {
    await runningPod('web', { resources: asks('1', '1Gi') }, {}, { resizeError: 'cgroup is busy' });
    resize('web', asks('2', '1Gi'));
    await world.run(1_000);
    expect(resizeConditions('web')).toEqual(['PodResizeInProgress True 2 Error cgroup is busy']);
    expect(containerOf('web')).toMatchObject({ resources: asks('1', '1Gi'), allocatedResources: { cpu: '2' } });
    await world.run(60_000);
    const errors = (await resizeEvents()).filter((event) => event.startsWith('ResizeError'));
    expect(errors).toEqual([expect.stringMatching(/"error":"cgroup is busy"\} \(x\d\)$/)]);
  });

  it('of a sidecar is one too; a restart of the kubelet goes on with it', async () => {
    const initContainers = [{ name: 'proxy', image: 'p:1', restartPolicy: 'Always', resources: asks('1', '1Gi') }];
    await runningPod('web', { resources: asks('1', '1Gi') }, { initContainers });
    world.edit<Pod>('pods', 'default', 'web', (pod) => {
      pod.metadata.generation = 2;
      Object.assign(pod.spec.initContainers?.[0] ?? {}, { resources: asks('2', '1Gi') });
    });
    await world.pass();
    expect(resizeConditions('web')).toEqual(['PodResizeInProgress True 2']);
    world.restart();
    await world.run(5_000);
    expect(resizeConditions('web')).toEqual([]);
    expect(statusOf('web')?.initContainerStatuses).toMatchObject([{ resources: asks('2', '1Gi'), restartCount: 0 }]);
  });

  it('counts for admission with what was given, also after a restart of the kubelet', async () => {
    await runningPod('web', { resources: asks('1', '1Gi') });
    resize('web', asks('5', '1Gi'));
    await world.run(1_000);
    world.restart();
    await runningPod('other', { resources: asks('3', '1Gi') });
    world.addPod('third', { containers: [{ name: 'main', image: 'web:1', resources: asks('1', '1Gi') }] });
    await world.run(1_000);
    expect(statusOf('third')).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' });
  });
});
