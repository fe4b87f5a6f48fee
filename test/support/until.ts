/** Waits for a condition, never for a time. Real time: for tests of real servers. */
const EVERY_MS = 50;

/** Resolves with the first value that is not undefined or false; rejects with `describe()` after `limitMs`. */
export async function until<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  describe: () => string = () => 'the condition did not become true',
  limitMs = 30_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (performance.now() > end) {
      throw new Error(`after ${limitMs} ms: ${describe()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
