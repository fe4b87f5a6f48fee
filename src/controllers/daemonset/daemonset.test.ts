import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { DAEMON_SETS, daemonSet } from '../../../test/support/workloads.ts';
import { forbidden } from '../../errors.ts';
import { podGcController } from '../pod-gc/controller.ts';
import { schedulerController } from '../scheduler/controller.ts';
import { daemonSetController } from './controller.ts';
import { nodeOf } from './daemon-pod.ts';

const REVISIONS = 'controllerrevisions.apps';
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([daemonSetController, schedulerController, podGcController]);
  await fleet.start();
});
afterEach(() => fleet.stop());

const addNode = (name: string, labels: object = {}, taints: object[] = []) =>
  fleet.add('nodes', { metadata: { name, labels }, spec: { taints } } as never);
const set = () => fleet.get(DAEMON_SETS, 'agent') as Loose;
const change = (to: (spec: Loose['spec']) => void) =>
  fleet.edit(DAEMON_SETS, 'default', 'agent', ({ spec, metadata }) => {
    const before = JSON.stringify(spec.template);
    to(spec);
    const key = 'deprecated.daemonset.template.generation';
    const isNew = before !== JSON.stringify(spec.template);
    metadata.annotations = { ...metadata.annotations, [key]: `${Number(metadata.annotations?.[key]) + Number(isNew)}` };
  });
const image = (to: string) =>
  change((spec) => {
    spec.template.spec.containers[0].image = to;
  });
const pods = () => fleet.all('pods').filter(({ metadata }) => metadata.deletionTimestamp === undefined);
const images = () =>
  pods()
    .map(({ spec }) => `${spec.nodeName} ${spec.containers[0].image}`)
    .sort();
const told = (reason: string) => fleet.events.filter((event) => event.reason === reason).map(({ message }) => message);
const rolling = (rollingUpdate: object) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });

describe('a daemon set', () => {
  test('has a pod on every node that it selects, bound by the scheduler, and says so', async () => {
    addNode('a', { disk: 'ssd' });
    addNode('b', { disk: 'ssd' });
    addNode('c');
    fleet.add(DAEMON_SETS, daemonSet('agent', {}, { nodeSelector: { disk: 'ssd' } }));
    await fleet.advance(3_000);
    expect(images()).toEqual(['a v1', 'b v1']);
    const [pod] = pods();
    const hash = fleet.all(REVISIONS)[0]?.metadata.labels?.['controller-revision-hash'];
    expect(pod?.metadata).toMatchObject({
      labels: { app: 'agent', 'controller-revision-hash': hash, 'pod-template-generation': '1' },
      ownerReferences: [{ kind: 'DaemonSet', name: 'agent', controller: true, blockOwnerDeletion: true }],
    });
    expect(pod?.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [pod?.spec.nodeName] }] }],
    });
    expect(set().status).toEqual({
      ...{ currentNumberScheduled: 2, desiredNumberScheduled: 2, numberMisscheduled: 0, numberReady: 2 },
      ...{ observedGeneration: 1, updatedNumberScheduled: 2, numberAvailable: 2 },
    });
    expect(told('SuccessfulCreate')).toHaveLength(2);
    expect(fleet.errors).toEqual([]);
  });

  test('follows nodes that come, go, and change their labels and taints', async () => {
    addNode('a', { disk: 'ssd' });
    fleet.add(DAEMON_SETS, daemonSet('agent', {}, { nodeSelector: { disk: 'ssd' } }));
    await fleet.advance(2_000);
    addNode('b', { disk: 'ssd' });
    addNode('c');
    await fleet.advance(2_000);
    expect(images()).toEqual(['a v1', 'b v1']);
    fleet.edit('nodes', '', 'c', ({ metadata }) => {
      metadata.labels = { disk: 'ssd' };
    });
    fleet.edit('nodes', '', 'a', ({ metadata }) => {
      metadata.labels = {};
    });
    await fleet.advance(3_000);
    expect(images()).toEqual(['b v1', 'c v1']);
    // NoSchedule keeps what is there and counts it as misplaced; NoExecute does not.
    fleet.edit('nodes', '', 'b', ({ spec }) => {
      spec.taints = [{ key: 'x', effect: 'NoSchedule' }];
    });
    await fleet.advance(2_000);
    expect(images()).toEqual(['b v1', 'c v1']);
    expect(set().status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1 });
    fleet.edit('nodes', '', 'b', ({ spec }) => {
      spec.taints = [{ key: 'x', effect: 'NoExecute' }];
    });
    await fleet.advance(40_000);
    expect(images()).toEqual(['c v1']);
    await fleet.delete('nodes', '', 'c');
    await fleet.advance(90_000);
    expect(images()).toEqual([]);
    expect(set().status).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 0 });
  });

  test('stays on cordoned nodes, and on those that are not ready', async () => {
    addNode('a');
    fleet.edit('nodes', '', 'a', ({ spec }) => {
      spec.unschedulable = true;
      spec.taints = [
        { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
      ];
    });
    fleet.add(DAEMON_SETS, daemonSet('agent'));
    await fleet.advance(2_000);
    expect(images()).toEqual(['a v1']);
  });

  test('gives up an unbound pod whose node is gone, and waits for one that is ending', async () => {
    addNode('a');
    const greedy = { containers: [{ name: 'c', image: 'v1', resources: { requests: { cpu: '100' } } }] };
    fleet.add(DAEMON_SETS, daemonSet('agent', {}, greedy));
    await fleet.advance(2_000);
    expect(pods().map((pod) => nodeOf({ nodeName: '', scheduling: pod.spec }))).toEqual(['a']);
    await fleet.delete('nodes', '', 'a');
    await fleet.advance(2_000);
    expect(fleet.all('pods')).toEqual([]);
    addNode('b');
    change((spec) => {
      spec.template.spec.containers = [{ name: 'c', image: 'v2' }];
    });
    await fleet.advance(3_000);
    await fleet.delete('pods', 'default', pods()[0]?.metadata.name ?? '', 20);
    await fleet.advance(5_000);
    expect(fleet.all('pods')).toHaveLength(1);
    await fleet.advance(30_000);
    expect(images()).toEqual(['b v2']);
  });

  test('replaces a failed pod, the next one after a while, and says so', async () => {
    addNode('a');
    fleet.startPod = () => 'Failed';
    fleet.add(DAEMON_SETS, daemonSet('agent'));
    await fleet.advance(60_000);
    const failures = told('FailedDaemonPod');
    expect(failures[0]).toMatch(/^Found failed daemon pod default\/agent-\d+ on node a, will try to kill it$/);
    expect(failures.length).toBeGreaterThan(3);
    expect(failures.length).toBeLessThan(8);
    fleet.startPod = () => 'Running';
    await fleet.advance(120_000);
    expect(set().status).toMatchObject({ numberAvailable: 1 });
  });

  test('tells why its pods are refused, and goes on when they no longer are', async () => {
    addNode('a');
    fleet.refuse = ({ kind }) =>
      kind === 'Pod' ? forbidden({ group: '', resource: 'pods' }, 'agent-x', 'exceeded quota: q') : undefined;
    fleet.add(DAEMON_SETS, daemonSet('agent'));
    await fleet.advance(1_000);
    expect(told('FailedCreate')[0]).toBe('Error creating: pods "agent-x" is forbidden: exceeded quota: q');
    expect(set().status).toMatchObject({ desiredNumberScheduled: 1, currentNumberScheduled: 0, numberUnavailable: 1 });
    fleet.refuse = undefined;
    await fleet.advance(20_000);
    expect(images()).toEqual(['a v1']);
  });
});

describe('a rolling update of daemons', () => {
  const start = async (more: object = {}) => {
    ['a', 'b', 'c', 'd'].map((name) => addNode(name));
    fleet.add(DAEMON_SETS, daemonSet('agent', more));
    await fleet.advance(5_000);
    expect(set().status.numberAvailable).toBe(4);
  };

  test('never takes more than maxUnavailable away, and shows when it is through', async () => {
    await start({ ...rolling({ maxUnavailable: 2, maxSurge: 0 }), minReadySeconds: 2 });
    let fewest = 4;
    fleet.onWrite = (id) => {
      const isUp = ({ status }: Loose) => status?.phase === 'Running';
      fewest = id === 'pods' ? Math.min(fewest, pods().filter(isUp).length) : fewest;
    };
    image('v2');
    await fleet.advance(120_000);
    expect(images()).toEqual(['a v2', 'b v2', 'c v2', 'd v2']);
    expect(fewest).toBe(2);
    expect(set().status).toMatchObject({ updatedNumberScheduled: 4, numberAvailable: 4, observedGeneration: 2 });
    expect(fleet.errors).toEqual([]);
  });

  test('with a surge puts the new pod beside the old one, and never has a node without', async () => {
    await start(rolling({ maxUnavailable: 0, maxSurge: 1 }));
    const without: string[] = [];
    fleet.onWrite = (id) => {
      for (const name of id === 'pods' ? ['a', 'b', 'c', 'd'] : []) {
        const ready = pods().filter(({ spec, status }) => spec.nodeName === name && status?.phase === 'Running');
        without.push(...(ready.length === 0 ? [name] : []));
      }
    };
    image('v2');
    await fleet.advance(150_000);
    expect(images()).toEqual(['a v2', 'b v2', 'c v2', 'd v2']);
    expect(without).toEqual([]);
  });

  test('stops at pods that do not come up, and goes back at once', async () => {
    await start();
    fleet.startPod = (pod) => (pod.spec.containers[0].image === 'v2' ? 'Pending' : 'Running');
    image('v2');
    await fleet.advance(120_000);
    expect(images().filter((one) => one.endsWith('v2'))).toHaveLength(1);
    expect(set().status).toMatchObject({ numberUnavailable: 1, updatedNumberScheduled: 1 });
    image('v1');
    await fleet.advance(60_000);
    expect(images()).toEqual(['a v1', 'b v1', 'c v1', 'd v1']);
    expect(
      fleet.all(REVISIONS).map(({ metadata, ...rest }) => [metadata.name, (rest as never)['revision']]),
    ).toHaveLength(2);
    expect(Math.max(...fleet.all(REVISIONS).map((one) => (one as never)['revision']))).toBe(3);
  });

  test('on delete replaces only what somebody deletes', async () => {
    await start({ updateStrategy: { type: 'OnDelete' } });
    image('v2');
    await fleet.advance(60_000);
    expect(images()).toEqual(['a v1', 'b v1', 'c v1', 'd v1']);
    const onA = pods().find(({ spec }) => spec.nodeName === 'a');
    await fleet.delete('pods', 'default', onA?.metadata.name ?? '');
    await fleet.advance(40_000);
    expect(images()).toEqual(['a v2', 'b v1', 'c v1', 'd v1']);
  });

  test('keeps as many revisions as the limit says, beside those in use', async () => {
    await start({ ...rolling({ maxUnavailable: '100%' }), revisionHistoryLimit: 2 });
    for (const to of ['v2', 'v3', 'v4', 'v5']) {
      image(to);
      await fleet.advance(45_000);
    }
    const numbers = fleet.all(REVISIONS).map((one) => (one as never)['revision']);
    expect(numbers.sort()).toEqual([3, 4, 5]);
  });
});
