import { afterEach, expect, test, vi } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { eventTtlController } from './controller.ts';
import { lastWritten } from './last-written.ts';

const MINUTE = 60_000;
let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});
async function world(): Promise<FleetWorld> {
  const fleet = new FleetWorld([eventTtlController]);
  worlds = [...worlds, fleet];
  await fleet.start();
  return fleet;
}
const add = (fleet: FleetWorld, name: string, namespace = 'default') =>
  fleet.add('events', { kind: 'Event', metadata: { name, namespace } });
const names = (fleet: FleetWorld) => fleet.all('events').map(({ metadata }) => metadata.name);
const now = (fleet: FleetWorld) => new Date(fleet.clock.now()).toISOString();

test('events go an hour after they were last written, not before, whatever their namespace', async () => {
  const fleet = await world();
  add(fleet, 'first');
  add(fleet, 'elsewhere', 'other');
  add(fleet, 'counted');
  await fleet.advance(30 * MINUTE, MINUTE);
  add(fleet, 'second');
  fleet.edit('events', 'default', 'counted', (event) => Object.assign(event, { count: 2, lastTimestamp: now(fleet) }));
  await fleet.advance(29 * MINUTE, MINUTE);
  expect(names(fleet)).toEqual(['first', 'elsewhere', 'counted', 'second']);
  await fleet.advance(2 * MINUTE, MINUTE);
  expect(names(fleet)).toEqual(['counted', 'second']);
  await fleet.advance(30 * MINUTE, MINUTE);
  expect(names(fleet)).toEqual([]);
  expect(fleet.errors).toEqual([]);
});

test('an event that is counted while it is looked at stays', async () => {
  const fleet = await world();
  add(fleet, 'busy');
  const { getMany } = fleet.registry;
  vi.spyOn(fleet.registry, 'getMany').mockImplementation(async (id, keys) => {
    const read = await getMany(id, keys);
    fleet.edit('events', 'default', 'busy', (event) => Object.assign(event, { lastTimestamp: now(fleet) }));
    return read;
  });
  await fleet.advance(62 * MINUTE, MINUTE);
  expect(names(fleet)).toEqual(['busy']);
  expect(fleet.errors).toEqual([]);
});

test('bodies of young events are not read, those of old ones in batches', async () => {
  const fleet = await world();
  for (let index = 0; index < 1_200; index += 1) {
    add(fleet, `e${index}`);
  }
  const getMany = vi.spyOn(fleet.registry, 'getMany');
  await fleet.advance(59 * MINUTE, MINUTE);
  expect(getMany).not.toHaveBeenCalled();
  await fleet.advance(2 * MINUTE, MINUTE);
  expect(names(fleet)).toEqual([]);
  expect(getMany.mock.calls.map(([, keys]) => keys.length)).toEqual([500, 500, 200]);
});

test('a pass holds no more refs at a time than a batch, and goes on past old events that stay', async () => {
  const fleet = await world();
  for (let index = 0; index < 600; index += 1) {
    add(fleet, `a${index}`);
  }
  add(fleet, 'z');
  await fleet.advance(30 * MINUTE, MINUTE);
  for (let index = 0; index < 600; index += 1) {
    fleet.edit('events', 'default', `a${index}`, (event) => Object.assign(event, { lastTimestamp: now(fleet) }));
  }
  add(fleet, 'young');
  const listRefs = vi.spyOn(fleet.registry, 'listRefs');
  await fleet.advance(31 * MINUTE, MINUTE);
  expect(names(fleet)).toHaveLength(601);
  expect(names(fleet)).not.toContain('z');
  const sizes = await Promise.all(listRefs.mock.results.map(async ({ value }) => (await value).items.length));
  expect(Math.max(...sizes)).toBe(500);
  expect(sizes).toContain(101);
});

test('an event of the new API tells its time in its series', () => {
  const metadata = { creationTimestamp: '2026-01-01T00:00:00Z' };
  const of = (more: object) =>
    new Date(lastWritten({ apiVersion: 'v1', kind: 'Event', metadata, ...more })).toISOString();
  expect(of({ lastTimestamp: null, eventTime: '2026-01-01T00:00:01.000000Z' })).toBe('2026-01-01T00:00:01.000Z');
  expect(of({ series: { lastObservedTime: '2026-01-01T00:00:02.000000Z' } })).toBe('2026-01-01T00:00:02.000Z');
  expect(of({})).toBe('2026-01-01T00:00:00.000Z');
});
