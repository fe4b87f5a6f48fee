/** One step of a start, told to whoever shows it. */
import type { Clock } from '../timing/clock.ts';

export interface StepReport {
  readonly title: string;
  readonly state: 'started' | 'done' | 'failed';
  /** How long it took; absent while it runs. */
  readonly ms?: number;
}

export async function runStep<T>(
  title: string,
  run: () => Promise<T>,
  report: (step: StepReport) => void,
  clock: Clock,
): Promise<T> {
  const startedAt = clock.monotonic();
  report({ title, state: 'started' });
  try {
    const result = await run();
    report({ title, state: 'done', ms: clock.monotonic() - startedAt });
    return result;
  } catch (error) {
    report({ title, state: 'failed', ms: clock.monotonic() - startedAt });
    throw error;
  }
}
