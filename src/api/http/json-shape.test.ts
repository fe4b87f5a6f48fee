import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countKeys, jsonShape } from './json-shape.ts';

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

it('agrees with the parsed value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const depth = depthOf(value);
      const body = Buffer.from(JSON.stringify(value));
      expect(jsonShape(body, depth).isTooDeep).toBe(false);
      expect(depth === 0 || jsonShape(body, depth - 1).isTooDeep).toBe(true);
      expect(jsonShape(body).keys).toBe(countKeys(JSON.parse(String(body))));
    }),
  );
});

it('does not count what is in strings', () => {
  expect(jsonShape(Buffer.from('{"a":"[[[[\\"[[[:,,"}'), 1)).toEqual({ isTooDeep: false, separators: 0, keys: 1 });
});

it('looks at each byte once, also of what is no JSON', () => {
  for (const text of ['"', '\\', '"\\', ']]]]', '{"a']) {
    expect(jsonShape(Buffer.from(text)).isTooDeep).toBe(false);
  }
});
