/** What cases say of a runtime, in words that stand alone in a report. */
import { RuntimeError } from '../runtime.ts';

export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) {
    throw new Error(otherwise);
  }
}

export function same<T>(actual: T, expected: T, what: string): void {
  const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(is === wanted, `${what}: ${is}, expected ${wanted}`);
}

/** It must refuse, and in the contract's vocabulary. */
export async function refused(what: string, act: () => Promise<unknown>, code?: string): Promise<void> {
  try {
    await act();
  } catch (error) {
    check(error instanceof RuntimeError, `${what}: threw ${String(error)}, which is no RuntimeError`);
    check(code === undefined || error.code === code, `${what}: RuntimeError ${error.code}, expected ${code}`);
    return;
  }
  throw new Error(`${what}: was taken, expected a RuntimeError ${code ?? ''}`);
}
