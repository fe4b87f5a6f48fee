import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProbeState, probeDueAt, stepProbe } from './probe-state.ts';

const seconds = fc.integer({ min: 1, max: 120 });
const probe = fc.record({
  initialDelaySeconds: fc.nat(600),
  periodSeconds: seconds,
  successThreshold: fc.integer({ min: 1, max: 5 }),
  failureThreshold: fc.integer({ min: 1, max: 5 }),
});
const time = fc.integer({ min: 0, max: 10_000_000 });
const state = fc.record({ attempt: fc.constant(0), success: fc.boolean(), run: fc.nat(40), at: time });

describe('a probe', () => {
  it('is never due later than its delay or period from now, wherever the clock went', () => {
    fc.assert(
      fc.property(probe, fc.option(state, { nil: undefined }), time, time, (spec, before, startedAt, now) => {
        const longest = before === undefined ? spec.initialDelaySeconds : spec.periodSeconds;
        expect(probeDueAt(spec, before, startedAt, now)).toBeLessThanOrEqual(now + longest * 1_000);
      }),
    );
  });

  it('decides with the last of as many equal results in a row as its threshold asks for, and not before', () => {
    fc.assert(
      fc.property(probe, fc.array(fc.boolean(), { maxLength: 30 }), (spec, results) => {
        let before: ProbeState | undefined;
        let now = 0;
        for (const [i, success] of results.entries()) {
          const dueAt = probeDueAt(spec, before, 0, now);
          now = Math.max(now, dueAt);
          const step = stepProbe(spec, before, { type: 'readiness', attempt: 0, success, dueAt, now, holdsUntil: 0 });
          const row = results
            .slice(0, i + 1)
            .reverse()
            .findIndex((other) => other !== success);
          const run = row < 0 ? i + 1 : row;
          const reached = run >= (success ? spec.successThreshold : spec.failureThreshold);
          expect(step.verdict).toBe(reached ? (success ? 'success' : 'failure') : undefined);
          expect(step.nextAt).toBe(now + spec.periodSeconds * 1_000);
          before = step.state;
        }
      }),
    );
  });

  it('is asked again no later than at the first tick after its result may have changed', () => {
    fc.assert(
      fc.property(seconds, time, (periodSeconds, holdsUntil) => {
        const answer = { type: 'liveness', attempt: 0, success: true, dueAt: 5_000, now: 5_400 } as const;
        const { nextAt, state: after } = stepProbe({ periodSeconds }, undefined, { ...answer, holdsUntil });
        const periodMs = periodSeconds * 1_000;
        expect((nextAt - 5_000) % periodMs).toBe(0);
        expect(nextAt).toBeGreaterThanOrEqual(Math.max(holdsUntil, 5_000 + periodMs));
        expect(nextAt).toBeLessThan(Math.max(holdsUntil, 5_001) + periodMs);
        expect(probeDueAt({ periodSeconds }, after, 0, nextAt)).toBe(nextAt);
      }),
    );
  });
});
