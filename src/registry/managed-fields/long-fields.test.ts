/** Of one owner, they are told by a GET and not stored. */
import { describe, expect, it } from 'vitest';
import { entriesOf, fieldsBy, map, ownershipFixture as setUp } from '../../../test/support/ownership-fixture.ts';
import { type Loose, read } from '../../../test/support/registry-fixture.ts';

const MAPS = 'configmaps';
type Fixture = Awaited<ReturnType<typeof setUp>>;

const stored = async ({ registry }: Fixture, id: string, name: string): Promise<Loose> =>
  read(await registry.get(id, 'default', name));

describe('fields of more than 100,000 characters', () => {
  const data = Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`key-${i}`, '']));
  const long = map(data);
  /** Of a body of fewer than 100,000. */
  const between = Object.fromEntries(Object.entries(data).slice(0, 6_700));
  const isWhole = async (fixture: Fixture): Promise<boolean[]> =>
    entriesOf(await stored(fixture, MAPS, 'a')).map(({ fieldsV1 }) => fieldsV1 !== undefined);
  const change = ({ registry }: Fixture, to: Record<string, string | null>, fieldManager: string): Promise<unknown> =>
    registry.patch(MAPS, 'default', 'a', 'merge', { data: to }, { fieldManager });

  it('are told and not stored, while the creator owns all', async () => {
    const fixture = await setUp();
    await fixture.registry.create(MAPS, 'default', long, { fieldManager: 'maker' });
    expect(await isWhole(fixture)).toEqual([false]);
    expect(fieldsBy(await fixture.get(MAPS, 'a'), 'maker')?.['f:data']).toHaveProperty('f:key-7999');
    await change(fixture, { 'key-1': 'new' }, 'maker');
    expect(await isWhole(fixture)).toEqual([false]);
    await change(fixture, { 'key-1': 'other' }, 'other');
    expect(await isWhole(fixture)).toEqual([true, true]);
    expect(fieldsBy(await stored(fixture, MAPS, 'a'), 'other')).toEqual({ 'f:data': { 'f:key-1': {} } });
    expect(fieldsBy(await stored(fixture, MAPS, 'a'), 'maker')?.['f:data']).not.toHaveProperty('f:key-1');
  });

  it('are no longer stored once the creator has made them so long', async () => {
    const fixture = await setUp();
    await fixture.registry.create(MAPS, 'default', map({ x: '1' }), { fieldManager: 'maker' });
    expect(await isWhole(fixture)).toEqual([true]);
    await fixture.registry.patch(MAPS, 'default', 'a', 'merge', { data }, { fieldManager: 'maker', isLong: true });
    expect(await isWhole(fixture)).toEqual([false]);
    expect(fieldsBy(await fixture.get(MAPS, 'a'), 'maker')?.['f:data']).toMatchObject({ 'f:x': {}, 'f:key-7999': {} });
  });

  it('are stored where others own some', async () => {
    const fixture = await setUp();
    await fixture.apply(MAPS, map({ x: '1' }), 'me');
    await fixture.registry.patch(MAPS, 'default', 'a', 'merge', { data }, { fieldManager: 'maker', isLong: true });
    expect(await isWhole(fixture)).toEqual([true, true]);
  });

  it('are stored once the creator has removed most of them, as of when it set the others', async () => {
    const fixture = await setUp();
    await fixture.registry.create(MAPS, 'default', long, { fieldManager: 'maker' });
    fixture.time.ms += 1_000;
    const gone = Object.fromEntries(Object.keys(data).map((key) => [key, null]));
    const { 'key-1': _, ...most } = gone;
    await change(fixture, most, 'maker');
    expect(entriesOf(await stored(fixture, MAPS, 'a'))).toMatchObject([
      { time: '2026-01-02T03:04:05Z', fieldsV1: { 'f:data': { '.': {}, 'f:key-1': {} } } },
    ]);
    await change(fixture, { 'key-1': null }, 'maker');
    expect(fieldsBy(await stored(fixture, MAPS, 'a'), 'maker')?.['f:data']).not.toHaveProperty('f:key-1');
  });

  it('are told while some are left that are as long, as of when the creator set them', async () => {
    const fixture = await setUp();
    await fixture.registry.create(MAPS, 'default', long, { fieldManager: 'maker' });
    fixture.time.ms += 1_000;
    await change(fixture, { 'key-1': null }, 'maker');
    expect(await isWhole(fixture)).toEqual([false]);
    expect(entriesOf(await fixture.get(MAPS, 'a'))[0]).toMatchObject({ time: '2026-01-02T03:04:05Z' });
    expect(fieldsBy(await fixture.get(MAPS, 'a'), 'maker')?.['f:data']).not.toHaveProperty('f:key-1');
  });

  it.each(['created', 'changed'])('are told however long the body is: %s', async (how) => {
    const fixture = await setUp();
    const first = how === 'created' ? between : { x: '1' };
    await fixture.registry.create(MAPS, 'default', map(first), { fieldManager: 'maker' });
    await change(fixture, { ...between, 'key-1': 'new' }, 'maker');
    expect((await fixture.registry.get(MAPS, 'default', 'a')).body.length).toBeLessThan(100_000);
    expect(await isWhole(fixture)).toEqual([false]);
    await change(fixture, { 'key-2': 'new' }, 'maker');
    expect(await isWhole(fixture)).toEqual([false]);
    expect(fieldsBy(await fixture.get(MAPS, 'a'), 'maker')?.['f:data']).toHaveProperty('f:key-6699');
  });
});
