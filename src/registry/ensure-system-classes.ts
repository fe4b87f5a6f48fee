/** The system's priority classes, at every start: somebody may have deleted one. Source: scheduling's PostStartHook, 1.34. */
import { SYSTEM_CLASSES } from '../resources/scheduling/system-classes.ts';
import { API_SERVER, createUnlessThere } from './create-unless-there.ts';
import { PRIORITY_CLASSES } from './default-priority.ts';
import type { Registry } from './registry.ts';

export async function ensureSystemClasses(registry: Pick<Registry, 'find' | 'create'>): Promise<void> {
  for (const { name, value, description } of SYSTEM_CLASSES) {
    if ((await registry.find(PRIORITY_CLASSES, '', name)) === undefined) {
      const wanted = { metadata: { name }, value, description };
      await createUnlessThere(registry, PRIORITY_CLASSES, '', wanted, API_SERVER);
    }
  }
}
