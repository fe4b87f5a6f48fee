/** The system's priority classes, at every start: somebody may have deleted one. Source: scheduling's PostStartHook, 1.34. */
import { StatusError } from '../errors.ts';
import { SYSTEM_CLASSES } from '../resources/scheduling/system-classes.ts';
import { PRIORITY_CLASSES } from './default-priority.ts';
import type { Registry } from './registry.ts';

export async function ensureSystemClasses(registry: Pick<Registry, 'find' | 'create'>): Promise<void> {
  for (const { name, value, description } of SYSTEM_CLASSES) {
    if ((await registry.find(PRIORITY_CLASSES, '', name)) !== undefined) {
      continue;
    }
    try {
      const wanted = { metadata: { name }, value, description };
      await registry.create(PRIORITY_CLASSES, '', wanted, { component: 'kube-apiserver' });
    } catch (error) {
      // Another process may have been first.
      if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) {
        throw error;
      }
    }
  }
}
