/** Both controllers of endpoints, and a service of many pods. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FleetWorld } from '../../test/support/fleet-world.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';

const PODS = 4_000;
const writes: string[] = [];
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([endpointSliceController, endpointsController]);
  fleet.add('nodes', { metadata: { name: 'n1' } });
  await fleet.start();
  for (let index = 0; index < PODS; index += 1) {
    fleet.add('pods', {
      metadata: { name: `p${index}`, namespace: 'default', labels: { app: 'web' } },
      spec: { nodeName: 'n1', containers: [] },
    });
  }
  fleet.add('services', {
    ...{ kind: 'Service', metadata: { name: 'web', namespace: 'default', labels: {} } },
    spec: { clusterIP: '10.1.1.1', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  await fleet.advance(5_000);
  fleet.onWrite = (id) => void (id.startsWith('endpoint') && writes.push(id));
});
afterEach(() => fleet.stop());

async function written(ms: number): Promise<readonly [slices: number, endpoints: number]> {
  writes.length = 0;
  await fleet.clock.advance(ms);
  return [writes.filter((id) => id !== 'endpoints').length, writes.filter((id) => id === 'endpoints').length];
}
const unready = (name: string) =>
  fleet.edit('pods', 'default', name, ({ status }) => {
    status.conditions = [{ type: 'Ready', status: 'False' }];
  });

test('its first change is written at once, the next after a while, one of the service itself at once', async () => {
  unready('p1');
  expect(await written(110)).toEqual([1, 1]);
  unready('p2');
  expect(await written(110)).toEqual([0, 0]);
  fleet.edit('services', 'default', 'web', ({ metadata }) => {
    metadata.labels = { team: 'b' };
  });
  expect(await written(1)).toEqual([PODS / 100, 1]);
  unready('p3');
  expect(await written(110)).toEqual([0, 0]);
  expect(await written(110)).toEqual([1, 1]);
  expect(fleet.errors).toEqual([]);
});
