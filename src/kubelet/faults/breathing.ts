/** Somebody may make Faults by the thousand: then a batch of 2,000 pods must not hold up the process. */
import { setImmediate } from 'node:timers/promises';

/** Matchings of a fault and an object: about 10 ms. */
const AT_ONCE = 20_000;

/** To be awaited before each object is asked about; waits for nothing nearly always. */
export function breathing(faults: number): () => Promise<void> | undefined {
  let count = 0;
  return () => {
    count += faults;
    if (count < AT_ONCE) {
      return undefined;
    }
    count = 0;
    return setImmediate();
  };
}
