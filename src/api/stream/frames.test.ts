import { describe, expect, it } from 'vitest';
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';
import { changesFrames, type Frame, type Frames, snapshotFrames } from './frames.ts';
import { viewOf } from './view.ts';

const stored = (name: string, size = 0, revision = 7): StoredObject => ({
  ...{ resource: 'configmaps', namespace: 'default', name, uid: name, revision, labels: {}, fields: {} },
  body: JSON.stringify({ metadata: { name }, data: { text: 'x'.repeat(size) } }),
});
interface Parsed {
  id?: string;
  last?: boolean;
  token?: string;
  objects?: { metadata: { name: string; resourceVersion: string } }[];
  events?: { type: string; object: { metadata: { name: string } } }[];
}
const allOf = (frames: Frames): Frame[] => {
  const made: Frame[] = [];
  while (!frames.isDone) {
    made.push(frames.next());
  }
  return made;
};
const parse = (frames: Frame[]): Parsed[] => frames.map(({ data }) => JSON.parse(String(data)) as Parsed);
const framing = (id: string) => ({ id, view: viewOf({}), tokenOf: (revision: number) => `${revision}.x` });
const MEGABYTE = 1024 * 1024;

describe('snapshot frames', () => {
  it('are one frame for a small page, with the version spliced in, whatever the id holds', () => {
    expect(parse(allOf(snapshotFrames(framing('a"b'), [stored('x')], undefined)))).toEqual([
      {
        ...{ type: 'snapshot', id: 'a"b', last: false },
        objects: [{ metadata: { name: 'x', resourceVersion: '7' }, data: { text: '' } }],
      },
    ]);
  });

  it('split large pages; the token comes with the last frame alone', () => {
    const page = ['a', 'b', 'c'].map((name) => stored(name, 2 * MEGABYTE));
    const frames = parse(allOf(snapshotFrames(framing('id'), page, 7)));
    expect(frames.map(({ objects }) => objects?.map(({ metadata }) => metadata.name))).toEqual([['a'], ['b'], ['c']]);
    expect(frames.map(({ last, token }) => [last, token])).toEqual([
      [false, undefined],
      [false, undefined],
      [true, '7.x'],
    ]);
  });

  it('say that an empty snapshot is whole, and nothing for an empty page', () => {
    expect(parse(allOf(snapshotFrames(framing('id'), [], 7)))).toEqual([
      { type: 'snapshot', id: 'id', last: true, token: '7.x', objects: [] },
    ]);
    expect(allOf(snapshotFrames(framing('id'), [], undefined))).toEqual([]);
  });
});

describe('changes frames', () => {
  const event = (name: string, size = 0): WatchEvent => ({ type: 'MODIFIED', object: stored(name, size) });

  it('keep the order; only the last has the token', () => {
    const frames = parse(allOf(changesFrames(framing('id'), [event('a', 2 * MEGABYTE), event('b'), event('c')], 8)));
    expect(frames.map(({ events }) => events?.map(({ object }) => object.metadata.name))).toEqual([['a'], ['b', 'c']]);
    expect(frames.map(({ token }) => token)).toEqual([undefined, '8.x']);
  });

  it('give a token wherever one can resume: not within a commit of many changes', () => {
    const change = (name: string, revision: number): WatchEvent => ({
      ...{ type: 'MODIFIED', object: stored(name, 2 * MEGABYTE, revision) },
    });
    const frames = allOf(
      changesFrames(framing('id'), [change('a', 4), change('b', 5), change('c', 5), change('d', 6)], 8),
    );
    expect(parse(frames).map(({ token }) => token)).toEqual(['4.x', undefined, '5.x', '8.x']);
    expect(frames.map(({ revision }) => revision)).toEqual([4, undefined, 5, 8]);
  });

  it('are the same bytes for every subscription of that name, view and token, and right for each other one', () => {
    const events = [event('a'), event('b')];
    const made = (id: string, revision: number | undefined, view = viewOf({})) =>
      allOf(changesFrames({ ...framing(id), view }, events, revision));
    const [frame] = made('id', 8);
    expect(made('id', 8)[0]?.data).toBe(frame?.data);
    expect(parse(made('id', 9)).map(({ token }) => token)).toEqual(['9.x']);
    expect(parse(made('id', undefined)).map(({ token }) => token)).toEqual([undefined]);
    expect(parse(made('id', 8, viewOf({ fields: ['kind'] })))[0]?.events?.[0]?.object).toEqual({
      metadata: { name: 'a', resourceVersion: '7' },
    });
    const ids = Array.from({ length: 50 }, (_, i) => `"${i}`);
    for (const id of [...ids, ...ids]) {
      const [mine] = parse(made(id, 8));
      expect([mine?.id, mine?.events?.length]).toEqual([id, 2]);
    }
  });

  it('are none when nothing changed', () => {
    expect(allOf(changesFrames(framing('id'), [], 8))).toEqual([]);
  });
});
