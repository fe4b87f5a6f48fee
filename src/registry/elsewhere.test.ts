/** What is worked out in a worker thread comes to the same as here. */
import { expect, it, vi } from 'vitest';
import { configMap, failure, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { heavyCalls } from '../heavy-work/calls.ts';
import { doHeavyWork, type HeavyWork } from '../heavy-work/heavy-work.ts';
import { type EndReason, ThreadEnded } from '../timing/thread.ts';
import type { GetOptions, PatchOptions, PatchType } from './registry.ts';

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
  await registry.create(MAPS, 'default', configMap('made', LONG), { fieldManager: 'maker', isLong: true });
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
    ...['apply', 'apply', 'apply', 'apply', 'patch', 'track', 'trackNew', 'track', 'track'],
  ]);
  expect(here.asked).toEqual([]);
});

it('an apply of a long object is given, parsed and rendered in halves: nothing here has the object and its entries', async () => {
  const lengths: number[] = [];
  let isHere = true;
  const run = async (given: HeavyWork) => {
    isHere = false;
    const result = structuredClone(doHeavyWork(structuredClone(given)));
    isHere = true;
    return result;
  };
  const { registry } = await registryFixture({ elsewhere: heavyCalls({ run }, { run }) });
  const apply = (data: Record<string, string>, fieldManager: string) =>
    registry.patch(MAPS, 'default', 'a', 'apply', configMap('a', data), { fieldManager, force: true, isLong: true });
  await apply(LONG, 'one');
  const [parse, stringify] = [JSON.parse, JSON.stringify];
  vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    lengths.push(isHere ? text.length : 0);
    return parse(text, reviver) as unknown;
  });
  vi.spyOn(JSON, 'stringify').mockImplementation((value: unknown) => {
    const text = stringify(value);
    lengths.push(isHere && text !== undefined ? text.length : 0);
    return text;
  });
  const other = Object.fromEntries(Object.keys(LONG).map((key) => [key, 'o'.repeat(100)]));
  const { body } = (await apply(other, 'two')).object;
  const same = (await apply(other, 'two')).object;
  vi.restoreAllMocks();
  expect(same.body).toBe(body);
  const { managedFields } = (parse(body) as ReturnType<typeof read>).metadata;
  const half = body.length - stringify(managedFields).length;
  expect(Math.max(...lengths)).toBeLessThanOrEqual(half + 100);
});

it('what a controller makes is rendered once where it is short, and its owner told elsewhere where it is not', async () => {
  const { registry, asked } = await fixture(true);
  const stringify = vi.spyOn(JSON, 'stringify');
  await registry.create(MAPS, 'default', configMap('short', { a: 'b' }));
  const texts = stringify.mock.results.map(({ value }) => String(value));
  vi.restoreAllMocks();
  expect(texts.filter((text) => text.includes('"name":"short"'))).toHaveLength(1);
  expect(asked).toEqual([]);
  await registry.create(MAPS, 'default', configMap('long', LONG));
  expect(asked).toContain('trackNew');
});

const ANN = { username: 'ann', groups: [], uid: '', extra: {} };

/** Of so many fields those of their one owner are told and not stored. */
const LONGER = Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`key-${i}`, 'v'.repeat(50)]));

/** With a long object whose creator's fields are not stored, and a thread that refuses to tell so much for `why`. */
async function refusing() {
  const thread: { why?: EndReason; refusesOwed?: boolean } = {};
  const calls: [HeavyWork['task'], caller: string | undefined, isOwed: boolean][] = [];
  const run = async (given: HeavyWork, caller?: string, isOwed?: boolean) => {
    calls.push([given.task, caller, isOwed === true]);
    const { why, refusesOwed = false } = thread;
    if (why !== undefined && given.task === 'tellWhole' && (refusesOwed || isOwed !== true)) {
      throw new ThreadEnded(why, 'for a test');
    }
    return structuredClone(doHeavyWork(structuredClone(given)));
  };
  const { registry } = await registryFixture({ elsewhere: heavyCalls({ run }, { run }) });
  await registry.create(MAPS, 'default', configMap('a', LONGER));
  calls.length = 0;
  const get = (options: GetOptions) => registry.get(MAPS, 'default', 'a', options);
  const patch = async (type: PatchType, body: object, options: PatchOptions = {}) =>
    (await registry.patch(MAPS, 'default', 'a', type, body, { fieldManager: 'two', user: ANN, ...options })).object;
  return { thread, calls, get, patch };
}

it('a write that is committed waits for a busy thread and answers as a get; a get is told to try again', async () => {
  const { thread, calls, get, patch } = await refusing();
  thread.why = 'busy';
  expect(await failure(get({ wholeEntries: true, caller: 'ben' }))).toMatchObject({ reason: 'TooManyRequests' });
  const answer = await patch('merge', {}, { wholeEntries: true });
  expect(calls.filter(([task]) => task === 'tellWhole')).toEqual([
    ['tellWhole', 'ben', false],
    ['tellWhole', 'ann', true],
  ]);
  delete thread.why;
  expect(answer).toEqual(await get({ wholeEntries: true }));
  expect(read(answer).metadata.managedFields).toMatchObject([{ fieldsV1: { 'f:data': { 'f:key-0': {} } } }]);
});

it.each(['busy', 'too much', 'failed', 'closed'] as const)(
  'a write that is committed is answered as it is stored where the thread ends: %s',
  async (why) => {
    const { thread, calls, get, patch } = await refusing();
    Object.assign(thread, { why, refusesOwed: true });
    const answer = await patch('merge', {}, { wholeEntries: true });
    expect(calls.filter(([task]) => task === 'tellWhole')).toHaveLength(1);
    expect(answer).toEqual(await get({}));
    expect(read(answer)).toMatchObject({ data: LONGER });
  },
);

it('an apply is the work of its user in every call', async () => {
  const { calls, patch } = await refusing();
  await patch('apply', configMap('a', { more: 'x' }));
  expect(calls.map(([task, caller]) => [task, caller])).toEqual([
    ['apply', 'ann'],
    ['validate', 'ann'],
  ]);
});

it('nothing is told of a long object whose fields are stored, though it was made for an owner', async () => {
  const { registry, asked } = await fixture(true);
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: 'o', controller: true };
  const { metadata, ...rest } = configMap('owned', LONG);
  const owned = { ...rest, metadata: { ...metadata, ownerReferences: [owner] } };
  const { object } = await registry.create(MAPS, 'default', owned);
  asked.length = 0;
  expect(await registry.get(MAPS, 'default', 'owned', { wholeEntries: true })).toEqual(object);
  expect(read(object).metadata.managedFields).toMatchObject([{ fieldsV1: { 'f:data': { 'f:key-0': {} } } }]);
  expect(asked).toEqual([]);
});

it('of a short object it is not asked for', async () => {
  const { registry, asked } = await fixture(true);
  await registry.patch(MAPS, 'default', 'a', 'apply', configMap('a', { x: '1' }), { fieldManager: 'one' });
  await registry.update(MAPS, 'default', 'a', configMap('a', { x: '2' }), { fieldManager: 'two', wholeEntries: true });
  expect(asked).toEqual([]);
});
