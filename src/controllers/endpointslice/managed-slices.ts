/** The slices that a controller keeps of a service; those that are on their way out are none. */
import { decodeObject, type Registry } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { MANAGED_BY_LABEL, SERVICE_LABEL, SLICES } from './slice.ts';

/** Absent in what others wrote. */
const NOTHING = { endpoints: [], ports: [] };

export async function managedSlices<Slice extends KubeObject>(
  registry: Registry,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  manager: string,
): Promise<Slice[]> {
  const labels = [
    { key: SERVICE_LABEL, operator: 'In', values: [name] },
    { key: MANAGED_BY_LABEL, operator: 'In', values: [manager] },
  ] as const;
  const { items } = await registry.list(SLICES, { namespace, labels });
  const slices = items.map((stored) => ({ ...NOTHING, ...decodeObject<Slice>(stored) }));
  return slices.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
