/** From a reconciler's answer to the due table's next state. Pure; the one place with retry policy. */
import type { Random } from '../timing/random.ts';
import { failureDelayMs } from './back-off.ts';
import type { ClaimedWork, ReconcileResult, SettledKey } from './reconciler.ts';

export type BatchAnswer = ReadonlyMap<string, ReconcileResult | Error>;

export interface Settlement {
  readonly settled: readonly SettledKey[];
  readonly failures: readonly { key: string; attempt: number; error: Error }[];
}

/**
 * `cutShort`: the run was told to stop. Then a key without an answer was perhaps never looked at, and an error is
 * perhaps only the abort: both stay due as they are.
 */
export function settlementOf(
  keys: ClaimedWork['keys'],
  answer: BatchAnswer,
  cutShort: boolean,
  random: Random,
): Settlement {
  const settled: SettledKey[] = [];
  const failures: { key: string; attempt: number; error: Error }[] = [];
  for (const { key, version, attempt, note } of keys) {
    const result = answer.get(key);
    if (result instanceof Error) {
      if (!cutShort) {
        const failed = attempt + 1;
        failures.push({ key, attempt: failed, error: result });
        settled.push({ key, version, attempt: failed, nextAfterMs: failureDelayMs(failed, random), ...noted(note) });
      }
    } else if (result !== undefined || !cutShort) {
      const nextAfterMs = result?.requeueAfterMs;
      const next = nextAfterMs === undefined ? {} : { nextAfterMs, ...noted(result?.note) };
      settled.push({ key, version, attempt: 0, ...next });
    }
  }
  return { settled, failures };
}

const noted = (note: string | undefined): { note?: string } => (note === undefined ? {} : { note });
