/** A fleet of config maps that own each other, and the garbage collector. */
import { onTestFinished } from 'vitest';
import { garbageCollector } from '../../src/controllers/garbage-collector/controller.ts';
import { FleetWorld, type Loose } from './fleet-world.ts';

export const MAPS = 'configmaps';

export async function garbageWorld(): Promise<FleetWorld> {
  const made = new FleetWorld([garbageCollector]);
  onTestFinished(() => made.stop());
  await made.start();
  return made;
}

export const reference = ({ kind, metadata }: Loose, block = false) => ({
  ...{ apiVersion: 'v1', kind, name: metadata.name, uid: metadata.uid ?? '', blockOwnerDeletion: block },
});

export type Reference = ReturnType<typeof reference>;

export const addOwned = (fleet: FleetWorld, name: string, ownerReferences: readonly Reference[]): Loose =>
  fleet.add(MAPS, {
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ownerReferences: [...ownerReferences] },
  });

export const add = (fleet: FleetWorld, name: string, owners: readonly Loose[] = [], block = false): Loose =>
  addOwned(
    fleet,
    name,
    owners.map((owner) => reference(owner, block)),
  );

export const names = (fleet: FleetWorld): (string | undefined)[] =>
  fleet.all(MAPS).map(({ metadata }) => metadata.name);

export const remove = (
  fleet: FleetWorld,
  name: string,
  propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
): Promise<unknown> => fleet.registry.delete(MAPS, 'default', name, { propagationPolicy });
