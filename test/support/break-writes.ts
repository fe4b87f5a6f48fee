/** A worker that is killed in the midst of its writes: some took no effect, of others nobody heard. */
import type { Registry } from '../../src/registry/registry.ts';
import type { FleetWorld } from './fleet-world.ts';

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

interface Course<Step> {
  readonly steps: readonly Step[];
  /** What users do, whose writes do not fail. */
  readonly act: (fleet: FleetWorld, step: Step) => Promise<void> | void;
  readonly afterEachMs: number;
  /** In the end, when no write fails any more. */
  readonly afterAllMs: number;
}

/** While users act, writes of the controllers fail; then there is time to mend it all. */
export async function throughBrokenWrites<Step>(
  fleet: FleetWorld,
  chance: () => number,
  { steps, act, afterEachMs, afterAllMs }: Course<Step>,
): Promise<void> {
  let isBroken = true;
  breakWrites(fleet.registry, chance, () => isBroken);
  for (const step of steps) {
    isBroken = false;
    await act(fleet, step);
    isBroken = true;
    await fleet.advance(afterEachMs, 500);
  }
  isBroken = false;
  await fleet.advance(afterAllMs, 5_000);
}
