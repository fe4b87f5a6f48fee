/** The cases of the conformance suite as vitest's, for one runtime. What is skipped names its reason. */
import { randomUUID } from 'node:crypto';
import { describe, it } from 'vitest';
import type { ConformanceTarget } from '../../src/runtimes/conformance/case.ts';
import { conformanceTarget } from '../../src/runtimes/conformance/conformance-target.ts';
import { CONFORMANCE_CASES, runCase } from '../../src/runtimes/conformance/run-conformance.ts';
import { systemClock } from '../../src/timing/clock.ts';

export function conformanceSuite(
  runtime: string,
  given: Pick<ConformanceTarget, 'open'> & Partial<ConformanceTarget>,
): void {
  const target = conformanceTarget({ clock: systemClock, ...given });
  describe(`the ${runtime} runtime keeps the contract`, () => {
    for (const one of CONFORMANCE_CASES) {
      it(one.name, async ({ skip }) => {
        const { outcome, message } = await runCase(one, target, `conf-${randomUUID()}`);
        if (outcome === 'skipped') {
          skip(message);
        }
        if (outcome === 'failed') {
          throw new Error(message);
        }
      });
    }
  });
}
