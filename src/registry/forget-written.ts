/** Kinds that writes of others look up and the process remembers: what is written of them is forgotten. */
import type { Write } from '../storage/object-store.ts';
import type { RegistryContext } from './context.ts';
import { PRIORITY_CLASSES } from './default-priority.ts';
import { ACCOUNTS, RUNTIME_CLASSES } from './object-lookup.ts';

const FORGETTING: ReadonlyMap<string, (context: RegistryContext, write: Write) => void> = new Map([
  ['namespaces', ({ namespaces }, { name }) => namespaces.forget(name)],
  [PRIORITY_CLASSES, ({ defaultPriority }) => defaultPriority.forget()],
  [ACCOUNTS, ({ accounts }, { namespace, name }) => accounts.forget(namespace, name)],
  [RUNTIME_CLASSES, ({ runtimeClasses }, { namespace, name }) => runtimeClasses.forget(namespace, name)],
]);

/** Whether admission of other objects asks for objects of the kind. */
export const isLookedUp = (resource: string): boolean => FORGETTING.has(resource);

export const forgetWritten = (context: RegistryContext, write: Write): void =>
  FORGETTING.get(write.resource)?.(context, write);
