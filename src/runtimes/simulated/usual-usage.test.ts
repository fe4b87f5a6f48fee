import fc from 'fast-check';
import { expect, it } from 'vitest';
import { usualUsage } from './usual-usage.ts';

const query = fc.record({
  podUid: fc.uuid(),
  container: fc.constantFrom('a', 'b'),
  cpuRequest: fc.integer({ min: 1, max: 64_000 }),
  memoryRequest: fc.integer({ min: 1, max: 2 ** 40 }),
});

it('uses a part of what was asked for, the same for whoever asks', () => {
  fc.assert(
    fc.property(query, fc.nat(), fc.nat(), (asked, seed, at) => {
      const usage = usualUsage(seed).usage(asked, at);
      expect(usualUsage(seed).usage(asked, at)).toEqual(usage);
      expect(usage.cpu).toBeGreaterThan(0);
      expect(usage.cpu).toBeLessThanOrEqual(asked.cpuRequest);
      expect(usage.memory).toBeLessThanOrEqual(asked.memoryRequest);
    }),
  );
});

it('counts CPU time that grows by what is used', () => {
  fc.assert(
    fc.property(query, fc.nat(), fc.nat(1e9), fc.integer({ min: 1_000, max: 1e7 }), (asked, seed, startedAt, runs) => {
      const seconds = (at: number): number =>
        usualUsage(seed).usage({ ...asked, startedAt }, at).cpuSeconds ?? Number.NaN;
      expect(seconds(startedAt)).toBe(0);
      const at = startedAt + runs;
      const rate = (seconds(at + 1_000) - seconds(at)) * 1_000;
      const { cpu } = usualUsage(seed).usage(asked, at);
      expect(Math.abs(rate - cpu)).toBeLessThanOrEqual(1 + asked.cpuRequest * 0.01);
      expect(rate).toBeGreaterThan(0);
    }),
  );
});

it('differs between containers and times, and is small without requests', () => {
  const { usage } = usualUsage(1);
  const of = (container: string, at: number) =>
    usage({ podUid: 'u', container, cpuRequest: 10_000, memoryRequest: 10_000_000 }, at);
  expect(of('a', 0)).not.toEqual(of('b', 0));
  expect(of('a', 0)).not.toEqual(of('a', 100_000));
  expect(usage({ podUid: 'u', container: 'a' }, 0).memory).toBeLessThan(16 * 1024 * 1024);
});
