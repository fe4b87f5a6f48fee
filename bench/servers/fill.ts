/** Many objects into a database in a short time, through the registry: as HTTP would have stored them. */
import { createRegistry } from '../../src/registry/create-registry.ts';
import { RESOURCES } from '../../src/resources/index.ts';
import { openStorage } from '../../src/storage/storage.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { seededRandom } from '../../src/timing/random.ts';
import type { KubeObject } from '../../src/values/object.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';

const BATCH = 1_000;

/** The database must have its namespaces. */
export async function fill(url: string, resource: string, count: number, make: (index: number) => KubeObject) {
  const random = seededRandom(1);
  const storage = await openStorage({
    ...{ url, random, poolSize: 4, shards: 4, clock: systemClock, logger: silentLogger },
    retention: { minutes: 5, revisions: 1_000_000 },
  });
  try {
    const { objects, feed } = storage;
    const doorbell = { ring: () => undefined };
    const registry = createRegistry({
      ...{ objects, feed, doorbell, random, resources: RESOURCES, triggers: [], clock: systemClock },
    });
    for (let from = 0; from < count; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => make(from + i));
      const written = await registry.createAll(resource, batch);
      const failure = written.find((one) => one instanceof Error);
      if (failure !== undefined) {
        throw failure;
      }
    }
  } finally {
    await storage.close();
  }
}
