import { describe, expect, it } from 'vitest';
import { Effort } from './effort.ts';
import { compile, matches } from './pattern.ts';

/** `a-b` for many letters, none of which is in a name here. */
const RANGES = Array.from({ length: 5_000 }, (_, index) => {
  const letter = String.fromCodePoint(0x4e00 + index);
  return `${letter}-${letter}`;
}).join('');

function matching(pattern: string, name: string) {
  let rests = 0;
  const effort = new Effort(new AbortController().signal, async () => {
    rests += 1;
  });
  const pieces = compile(Array.from(pattern, (text) => ({ text, isPlain: false })));
  return matches(pieces, name, effort).then((isMatch) => ({ isMatch, rests, steps: effort.steps }));
}

describe('a pattern', () => {
  it('of a set with many ranges counts each, and rests within a name', async () => {
    const { isMatch, rests, steps } = await matching(`*[${RANGES}]`, 'a'.repeat(255));
    expect(isMatch).toBe(false);
    expect(steps).toBeGreaterThan(255 * 5_000);
    expect(rests).toBeGreaterThan(5);
  });

  it('of a set with many characters looks for one of them once', async () => {
    const { isMatch, steps } = await matching(`*[${RANGES.replaceAll('-', '')}]`, 'a'.repeat(255));
    expect(isMatch).toBe(false);
    expect(steps).toBeLessThan(1_000);
    expect((await matching(`[${RANGES.replaceAll('-', '')}z]`, 'z')).isMatch).toBe(true);
  });

  it('gives up within a name', async () => {
    const { isMatch, steps } = await matching(`*[${RANGES}]`, 'a'.repeat(8_000));
    expect(isMatch).toBe(false);
    expect(steps).toBeLessThan(20_100_000);
  });
});
