/** A worker that is killed in the midst of its writes: some took no effect, of others nobody heard. */
import type { Registry } from '../../src/registry/registry.ts';

/** One write in ten fails before it took effect, one in ten after it, while `isBroken`. `chance`: from 0 to 1. */
export function breakWrites(registry: Registry, chance: () => number, isBroken: () => boolean): void {
  const breaking =
    <A extends unknown[], R>(verb: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const draw = isBroken() ? chance() : 1;
      if (draw < 0.1) {
        throw new Error('killed before the write');
      }
      const result = await verb(...args);
      if (draw < 0.2) {
        throw new Error('killed after the write');
      }
      return result;
    };
  Object.assign(registry, {
    create: breaking(registry.create),
    modify: breaking(registry.modify),
    updateStatuses: breaking(registry.updateStatuses),
    createAll: breaking(registry.createAll),
    delete: breaking(registry.delete),
    deleteAll: breaking(registry.deleteAll),
    bindAll: breaking(registry.bindAll),
    evict: breaking(registry.evict),
    update: breaking(registry.update),
    deleteCollection: breaking(registry.deleteCollection),
    finalizeNamespace: breaking(registry.finalizeNamespace),
  });
}
