import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type ObjectText, renderJson, type StoredObject, type WatchEvent } from '../../registry/registry.ts';
import type { Rendering } from '../render/rendering.ts';
import { CHUNK_BYTES, EventEncoder } from './event-encoder.ts';
import { LENGTHS, LINES, TEXT_FRAMES } from './framing.ts';

const object = (name: string): StoredObject => ({
  ...{ resource: 'pods', namespace: '', name, uid: name, revision: 1, labels: {}, fields: {}, body: '{}' },
});
const batch = (...names: string[]): WatchEvent[] => names.map((name) => ({ type: 'ADDED', object: object(name) }));

function counting(size = 10) {
  let calls = 0;
  const single = ({ body }: { body: string }): string => {
    calls += 1;
    return `{"body":${body},"pad":"${'x'.repeat(size)}"}`;
  };
  return { rendering: { single } as unknown as Rendering, calls: () => calls };
}

describe('EventEncoder', () => {
  it('renders a batch once for all watches of one form', () => {
    const { rendering, calls } = counting();
    const events = batch('a', 'b', 'c');
    const encoders = Array.from(
      { length: 50 },
      () => new EventEncoder({ name: 'o', shape: 'object', rendering }, LINES),
    );
    const [first] = encoders.map((encoder) => encoder.events(events));
    expect(encoders.map((encoder) => encoder.events(events)).every((chunks) => chunks[0] === first?.[0])).toBe(true);
    expect(calls()).toBe(3);
    expect(String(first?.[0]).split('\n')).toHaveLength(4);
  });

  it('renders an object once for all selections that it is in, tables anew for each batch', () => {
    for (const [shape, expected] of [
      ['object', 1],
      ['table', 2],
    ] as const) {
      const { rendering, calls } = counting();
      const [event] = batch('a');
      const encoder = new EventEncoder({ name: shape, shape, rendering }, LINES);
      encoder.events(event === undefined ? [] : [event]);
      encoder.events(event === undefined ? [] : [event]);
      expect(calls()).toBe(expected);
    }
  });

  it('tells the columns of a table once a watch, whatever comes first, and shares what comes after', () => {
    const rendering = { single: () => '"all"', bookmark: () => '"all"' } as unknown as Rendering;
    const later = { single: () => '"less"', bookmark: () => '"less"' };
    const open = (): EventEncoder =>
      new EventEncoder({ name: 't', shape: 'table', rendering: { ...rendering, later } }, LINES);
    const told = (chunks: readonly Buffer[]): string[] => chunks.join('').match(/all|less/g) ?? [];
    const [one, other] = [open(), open()];
    const [first, second] = [batch('a', 'b'), batch('c')];
    expect([told(one.events([])), told(one.events(first)), told(other.events(first))]).toEqual([
      [],
      ['all', 'less'],
      ['all', 'less'],
    ]);
    expect(told(one.events(second))).toEqual(['less']);
    expect(other.events(second)).toBe(one.events(second));
    const third = open();
    expect([told([third.bookmark(1)]), told(third.events(second)), told([third.initialEnd(2)])]).toEqual([
      ['all'],
      ['less'],
      ['less'],
    ]);
  });

  it('never mixes up types, framings or forms', () => {
    const [added] = batch('a');
    const events = added === undefined ? [] : [added, { ...added, type: 'DELETED' as const }];
    const views = ['o', 'p'].map((name) => ({ name, shape: 'object' as const, rendering: counting().rendering }));
    const texts = views.flatMap((view) =>
      [LINES, TEXT_FRAMES].map((framing) => String(new EventEncoder(view, framing).events(events)[0])),
    );
    for (const text of texts) {
      expect(text.match(/"type":"(ADDED|DELETED)"/g)).toEqual(['"type":"ADDED"', '"type":"DELETED"']);
    }
    expect(texts.map((text) => text.startsWith('{'))).toEqual([true, false, true, false]);
  });

  it('encodes what is long as protobuf in turns of its own, once for all watches, and to the same bytes', async () => {
    const maps = ['a', 'b'].map((name): StoredObject => {
      const data = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key-${i}`, 'value']));
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
      return { ...object(name), body };
    });
    const events = maps.map((map): WatchEvent => ({ type: 'ADDED', object: map }));
    let calls = 0;
    const single = (stored: ObjectText): string => {
      calls += 1;
      return renderJson(stored);
    };
    const view = { name: 'o', shape: 'object' as const, rendering: { single } as unknown as Rendering };
    const [one, other] = [new EventEncoder(view, LENGTHS), new EventEncoder(view, LENGTHS)];
    let turns = 0;
    const preparing = Promise.all([one.prepare(events), other.prepare(events)]).then(() => true);
    while (!(await Promise.race([preparing, setImmediate(false)]))) {
      turns += 1;
    }
    expect(turns).toBeGreaterThan(2 * maps.length);
    const expected = maps.map((map) => LENGTHS.frame(`{"type":"ADDED","object":${renderJson(map)}}`));
    for (const [encoder, given] of [
      [one, events],
      [other, [...events]],
    ] as const) {
      expect(encoder.events(given).map((bytes, i) => bytes.equals(expected[i] ?? Buffer.alloc(0)))).toEqual([
        true,
        true,
      ]);
    }
    expect(calls).toBe(maps.length);
  });

  it.each(['before it rests', 'as it frames'])('tries again what failed %s', async (when) => {
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { a: 'x'.repeat(200_000) },
    });
    const events: WatchEvent[] = [{ type: 'ADDED', object: { ...object('a'), body } }];
    let failsIn: string | undefined = when;
    const single = (stored: ObjectText): string => {
      if (failsIn === 'before it rests') {
        throw new Error('for a test');
      }
      return failsIn === undefined ? renderJson(stored) : 'no JSON';
    };
    const view = { name: 'o', shape: 'object' as const, rendering: { single } as unknown as Rendering };
    const [one, other] = [new EventEncoder(view, LENGTHS), new EventEncoder(view, LENGTHS)];
    const failed = await Promise.allSettled([one.prepare(events), other.prepare(events)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    failsIn = undefined;
    await one.prepare(events);
    expect(one.events(events)[0]?.length).toBeGreaterThan(200_000);
  });

  it('cuts chunks between events, larger only where one event is', () => {
    const { rendering } = counting(CHUNK_BYTES / 3);
    const sizes = new EventEncoder({ name: 'o', shape: 'object', rendering }, LINES)
      .events(batch('a', 'b', 'c', 'd', 'e'))
      .map((chunk) => String(chunk).split('\n').length - 1);
    expect(sizes).toEqual([2, 2, 1]);
    const large = counting(CHUNK_BYTES * 2);
    const encoder = new EventEncoder({ name: 'o', shape: 'object', rendering: large.rendering }, LINES);
    expect(encoder.events(batch('a', 'b'))).toHaveLength(2);
    expect(encoder.events([])).toEqual([]);
  });
});
