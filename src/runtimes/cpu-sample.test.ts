import { describe, expect, it } from 'vitest';
import { cpuSample } from './cpu-sample.ts';

const SECOND = 1e9;
const first = cpuSample({ id: 'a', at: 10 * SECOND, used: 4 * SECOND, memory: 7 }, undefined);

describe('the rate of a counter of CPU time', () => {
  it('is none at the first look', () => {
    expect(first.usage).toEqual({ cpu: 0, memory: 7, cpuSeconds: 4 });
  });

  it.each([
    ['in millis since the last look', 'a', 14, 5, 250],
    ['none of another container', 'b', 14, 5, 0],
    ['never less than none', 'a', 14, 3, 0],
  ])('is %s', (_, id, at, used, expected) => {
    expect(cpuSample({ id, at: at * SECOND, used: used * SECOND, memory: 7 }, first).usage.cpu).toBe(expected);
  });

  it('is kept while the counter is the same', () => {
    const second = cpuSample({ id: 'a', at: 14 * SECOND, used: 5 * SECOND, memory: 7 }, first);
    expect(cpuSample({ id: 'a', at: 14 * SECOND, used: 5 * SECOND, memory: 9 }, second).usage).toMatchObject({
      ...{ cpu: 250, memory: 9 },
    });
  });
});
