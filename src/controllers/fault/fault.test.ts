import { beforeEach, describe, expect, it } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import type { JsonObject } from '../../values/object.ts';
import { faultController } from './controller.ts';

const FAULTS = 'faults.fleet.flotilla.dev';
const ZONE = 'topology.kubernetes.io/zone';
let fleet: FleetWorld;

function addNode(name: string, zone: string): void {
  const annotations = { 'fleet.flotilla.dev/runtime': 'simulated' };
  fleet.add('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, annotations, labels: { [ZONE]: zone } } });
}
function addPod(name: string, nodeName: string): void {
  const metadata = { name, namespace: 'default', labels: { app: 'web' } };
  const spec = { nodeName, containers: [{ name: 'c', image: 'a:1' }] };
  fleet.add('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec });
}
function inject(spec: JsonObject): void {
  const metadata = { name: 'f', creationTimestamp: new Date(fleet.clock.now()).toISOString() };
  fleet.add(FAULTS, { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata, spec });
}
const fault = (): Loose => fleet.get(FAULTS, 'f') as Loose;
const told = (): string[] => fleet.events.map(({ kind, name, reason }) => `${kind} ${name} ${reason}`);
const woken = (): string[] => fleet.woken.splice(0).map(({ nodeName, pod }) => pod?.name ?? nodeName);

beforeEach(async () => {
  fleet = new FleetWorld([faultController]);
  await fleet.start();
  addNode('n1', 'a');
  addNode('n2', 'a');
  addNode('n3', 'b');
  fleet.add('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'foreign', labels: { [ZONE]: 'a' } } });
  addPod('p1', 'n1');
  addPod('p3', 'n3');
});

describe('the controller of faults', () => {
  it('wakes the kubelets of its targets, counts them and says so on them, once', async () => {
    inject({ type: 'ZoneOutage', zone: 'a', durationSeconds: 60 });
    await fleet.advance(20_000);
    expect(fault().status).toMatchObject({
      ...{ phase: 'Active', targets: 2, affected: 2, observedGeneration: 1 },
      conditions: [{ type: 'Active', status: 'True', reason: 'Active' }],
    });
    expect(woken()).toEqual(['n1', 'n2']);
    expect(told()).toEqual(['Node n1 FaultInjected', 'Node n2 FaultInjected', 'Fault f FaultStarted']);
    expect(fleet.events[0]?.message).toBe('Fault f (ZoneOutage): node n1 is in a zone that is out by order');
    await fleet.advance(50_000);
    expect(fault().status).toMatchObject({ phase: 'Ended', affected: 0 });
    expect(told().slice(3)).toEqual(['Fault f FaultEnded']);
    expect(fleet.errors).toEqual([]);
  });

  it('means all pods of the nodes that a fault of pods names', async () => {
    inject({ type: 'CrashLoop', zone: 'a' });
    await fleet.advance(2_000);
    expect(fault().status).toMatchObject({ targets: 1, affected: 1 });
    expect(woken()).toEqual(['p1']);
    expect(told()[0]).toBe('Pod p1 FaultInjected');
    addPod('p2', 'n2');
    await fleet.advance(6_000);
    expect(fault().status).toMatchObject({ targets: 2, affected: 2 });
  });

  it('waits for its start, and wakes who is concerned before', async () => {
    inject({ type: 'Partition', zone: 'a', startTime: new Date(fleet.clock.now() + 60_000).toISOString() });
    await fleet.advance(2_000);
    expect(woken()).toEqual(['n1', 'n2']);
    expect(fault().status).toMatchObject({ phase: 'Pending', targets: 2, affected: 0 });
    await fleet.advance(60_000);
    expect(fault().status).toMatchObject({ phase: 'Active', affected: 2 });
  });

  it('wakes whom it held when it is deleted, and old and new ones when it is changed', async () => {
    inject({ type: 'Partition', zone: 'a' });
    await fleet.advance(2_000);
    woken();
    fleet.edit(FAULTS, '', 'f', (object) => {
      object.spec.zone = 'b';
    });
    await fleet.advance(2_000);
    expect(woken().sort()).toEqual(['n1', 'n2', 'n3']);
    expect(fault().status).toMatchObject({ targets: 1, affected: 1, observedGeneration: 2 });
    fleet.delete(FAULTS, '', 'f');
    await fleet.advance(2_000);
    expect(woken()).toEqual(['n3']);
  });

  it('tells nobody twice, though its process ended', async () => {
    inject({ type: 'Partition', zone: 'a' });
    await fleet.advance(2_000);
    const before = told();
    await fleet.restart();
    await fleet.advance(10_000);
    expect(told()).toEqual(before);
    expect(fault().status).toMatchObject({ phase: 'Active', affected: 2 });
  });

  it('says that nothing is meant', async () => {
    inject({ type: 'Partition', zone: 'c' });
    await fleet.advance(2_000);
    expect(fault().status.conditions).toMatchObject([{ type: 'Active', status: 'False', reason: 'NoTargets' }]);
  });
});
