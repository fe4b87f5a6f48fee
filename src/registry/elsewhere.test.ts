/** What is worked out in a worker thread comes to the same as here. */
import { expect, it } from 'vitest';
import { configMap, failure, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { heavyCalls } from '../heavy-work/calls.ts';
import { doHeavyWork, type HeavyWork } from '../heavy-work/heavy-work.ts';
import { ThreadEnded } from '../timing/thread.ts';

const MAPS = 'configmaps';
/** Long in an answer as well. */
const LONG = Object.fromEntries(Array.from({ length: 4_000 }, (_, i) => [`key-${i}`, 'v'.repeat(100)]));

/** `isElsewhere`: long objects are. */
async function fixture(isElsewhere: boolean) {
  const asked: HeavyWork['task'][] = [];
  const run = async (given: HeavyWork) => {
    asked.push(given.task);
    return structuredClone(doHeavyWork(structuredClone(given)));
  };
  const registered = await registryFixture({
    newUid: () => 'u',
    ...(isElsewhere ? { elsewhere: heavyCalls({ run }, { run }) } : {}),
  });
  return { ...registered, asked };
}

/** Tells what each step came to. */
async function course({ registry }: Awaited<ReturnType<typeof fixture>>): Promise<string> {
  const told = async (name: string) => read(await registry.get(MAPS, 'default', name, { wholeEntries: true }));
  const apply = (data: Record<string, string>, fieldManager: string, force = false) =>
    registry.patch(MAPS, 'default', 'applied', 'apply', configMap('applied', data), {
      ...{ fieldManager, force, isLong: true },
    });
  const states: unknown[] = [];
  await apply(LONG, 'one');
  states.push(await told('applied'));
  states.push((await apply(LONG, 'one')).object.revision);
  const other = Object.fromEntries(Object.keys(LONG).map((key) => [key, 'o'.repeat(100)]));
  states.push((await failure(apply(other, 'two'))).message.slice(0, 500));
  await apply(other, 'two', true);
  states.push(await told('applied'));
  await registry.patch(MAPS, 'default', 'applied', 'merge', { data: { 'key-1': 'mine' } }, { fieldManager: 'three' });
  states.push(await told('applied'));
  await registry.create(MAPS, 'default', configMap('made', LONG), { fieldManager: 'maker' });
  states.push(await told('made'));
  await registry.update(MAPS, 'default', 'made', configMap('made', other), { fieldManager: 'four' });
  states.push(await told('made'));
  await registry.update(MAPS, 'default', 'made', configMap('made', other), { fieldManager: 'five' });
  states.push(await told('made'));
  return JSON.stringify(states);
}

it('who owns what of a long object, through applies, conflicts, patches and updates', async () => {
  const [here, there] = [await fixture(false), await fixture(true)];
  expect(await course(there)).toBe(await course(here));
  expect(there.asked.filter((task) => task !== 'validate')).toEqual([
    ...['apply', 'apply', 'apply', 'apply', 'patch', 'track', 'tellWhole', 'track', 'track'],
  ]);
  expect(here.asked).toEqual([]);
});

it('a write that is committed is answered, also where the thread is busy then; a get is told to try again', async () => {
  const callers: (string | undefined)[] = [];
  const run = async (given: HeavyWork, caller?: string) => {
    callers.push(caller);
    if (given.task === 'tellWhole') {
      throw new ThreadEnded('busy', 'too many wait');
    }
    return structuredClone(doHeavyWork(structuredClone(given)));
  };
  const { registry } = await registryFixture({ elsewhere: heavyCalls({ run }, { run }) });
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'o', controller: true };
  const { metadata, ...rest } = configMap('a', LONG);
  await registry.create(MAPS, 'default', { ...rest, metadata: { ...metadata, ownerReferences: [owner] } });
  const busy = await failure(registry.get(MAPS, 'default', 'a', { wholeEntries: true, caller: 'ben' }));
  expect(busy).toMatchObject({ reason: 'TooManyRequests' });
  const user = { username: 'ann', groups: [], uid: '', extra: {} };
  const labelled = { metadata: { labels: { a: 'b' } } };
  const options = { fieldManager: 'two', wholeEntries: true, user };
  const { object } = await registry.patch(MAPS, 'default', 'a', 'merge', labelled, options);
  expect(read(object)).toMatchObject({ metadata: { labels: { a: 'b' }, managedFields: [{}, { manager: 'two' }] } });
  expect(callers.filter((caller) => caller !== undefined)).toEqual(['ben', 'ann', 'ann', 'ann', 'ann']);
});

it('of a short object it is not asked for', async () => {
  const { registry, asked } = await fixture(true);
  await registry.patch(MAPS, 'default', 'a', 'apply', configMap('a', { x: '1' }), { fieldManager: 'one' });
  await registry.update(MAPS, 'default', 'a', configMap('a', { x: '2' }), { fieldManager: 'two', wholeEntries: true });
  expect(asked).toEqual([]);
});
