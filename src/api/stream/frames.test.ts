import { describe, expect, it } from 'vitest';
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';
import { changesFrames, snapshotFrames } from './frames.ts';

const stored = (name: string, size = 0): StoredObject => ({
  ...{ resource: 'configmaps', namespace: 'default', name, uid: name, revision: 7, labels: {}, fields: {} },
  body: JSON.stringify({ metadata: { name }, data: { text: 'x'.repeat(size) } }),
});
interface Parsed {
  id?: string;
  last?: boolean;
  token?: string;
  objects?: { metadata: { name: string; resourceVersion: string } }[];
  events?: { type: string; object: { metadata: { name: string } } }[];
}
const parse = (frames: readonly (string | Buffer)[]): Parsed[] =>
  frames.map((frame) => JSON.parse(String(frame)) as Parsed);
const MEGABYTE = 1024 * 1024;

describe('snapshot frames', () => {
  it('are one frame for a small page, with the version spliced in, whatever the id holds', () => {
    expect(parse(snapshotFrames('a"b', [stored('x')], undefined))).toEqual([
      {
        ...{ type: 'snapshot', id: 'a"b', last: false },
        objects: [{ metadata: { name: 'x', resourceVersion: '7' }, data: { text: '' } }],
      },
    ]);
  });

  it('split large pages; the token comes with the last frame alone', () => {
    const page = ['a', 'b', 'c'].map((name) => stored(name, 2 * MEGABYTE));
    const frames = parse(snapshotFrames('id', page, '7.x'));
    expect(frames.map(({ objects }) => objects?.map(({ metadata }) => metadata.name))).toEqual([['a'], ['b'], ['c']]);
    expect(frames.map(({ last, token }) => [last, token])).toEqual([
      [false, undefined],
      [false, undefined],
      [true, '7.x'],
    ]);
  });

  it('say that an empty snapshot is whole, and nothing for an empty page', () => {
    expect(parse(snapshotFrames('id', [], '7.x'))).toEqual([
      { type: 'snapshot', id: 'id', last: true, token: '7.x', objects: [] },
    ]);
    expect(snapshotFrames('id', [], undefined)).toEqual([]);
  });
});

describe('changes frames', () => {
  const event = (name: string, size = 0): WatchEvent => ({ type: 'MODIFIED', object: stored(name, size) });

  it('keep the order; only the last has the token', () => {
    const frames = parse(changesFrames('id', [event('a', 2 * MEGABYTE), event('b'), event('c')], '8.x'));
    expect(frames.map(({ events }) => events?.map(({ object }) => object.metadata.name))).toEqual([['a'], ['b', 'c']]);
    expect(frames.map(({ token }) => token)).toEqual([undefined, '8.x']);
  });

  it('are the same bytes for every subscription of that name and token, and right for each other one', () => {
    const events = [event('a'), event('b')];
    const [frame] = changesFrames('id', events, '8.x');
    expect(changesFrames('id', events, '8.x')[0]).toBe(frame);
    expect(parse(changesFrames('id', events, '9.x')).map(({ token }) => token)).toEqual(['9.x']);
    expect(parse(changesFrames('id', events, undefined)).map(({ token }) => token)).toEqual([undefined]);
    const ids = Array.from({ length: 50 }, (_, i) => `"${i}`);
    for (const id of [...ids, ...ids]) {
      const [mine] = parse(changesFrames(id, events, '8.x'));
      expect([mine?.id, mine?.events?.length]).toEqual([id, 2]);
    }
  });

  it('are none when nothing changed', () => {
    expect(changesFrames('id', [], '8.x')).toEqual([]);
  });
});
