/** Both controllers of endpoints over one fleet. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addPod, addService, countWrites, slicesOf } from '../../../test/support/fleet-world/services.ts';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { endpointsController } from '../endpoints/controller.ts';
import { endpointSliceController } from './controller.ts';

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([endpointSliceController, endpointsController]);
  fleet.add('nodes', { metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z' } } });
  await fleet.start();
});
afterEach(() => fleet.stop());

describe('the time of the last change that triggered a write', () => {
  const TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
  const times = () =>
    [...slicesOf(fleet), fleet.get('endpoints', 'web')].map((object) => object?.metadata.annotations?.[TIME]);
  const ready = (name: string, status: string, at: string) =>
    fleet.edit('pods', 'default', name, (pod) => {
      const conditions = [{ type: 'Ready', status, lastTransitionTime: at }];
      pod.status = { phase: 'Running', podIPs: [{ ip: `10.0.0.${name.charCodeAt(0)}` }], conditions };
    });

  test('is that of the service, then of the first pod that changed, then none', async () => {
    fleet.deadNodes.add('n1');
    const { metadata } = addService(fleet, 'web');
    await fleet.rest();
    const made = `${metadata.creationTimestamp?.slice(0, 19)}Z`;
    expect(times()).toEqual([made, made]);
    for (const name of ['a', 'b']) {
      addPod(fleet, name);
    }
    ready('a', 'True', '2030-01-01T00:00:07Z');
    ready('b', 'True', '2030-01-01T00:00:05Z');
    await fleet.advance(3_000);
    expect(times()).toEqual(['2030-01-01T00:00:05Z', '2030-01-01T00:00:05Z']);
    ready('a', 'False', '2030-01-01T00:01:00Z');
    const writes = countWrites(fleet);
    await fleet.advance(5_000);
    expect(times()).toEqual(['2030-01-01T00:01:00Z', '2030-01-01T00:01:00Z']);
    expect(writes).toEqual({ slices: 1, endpoints: 1 });
    fleet.edit('services', 'default', 'web', (service) => {
      service.metadata.labels = { team: 'b' };
    });
    await fleet.advance(5_000);
    expect(times()).toEqual([undefined, undefined]);
    expect(writes).toEqual({ slices: 2, endpoints: 2 });
  });
});
