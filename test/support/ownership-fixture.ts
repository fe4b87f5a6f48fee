/** Objects with several owners: applies by name of the applier, and who owns what. */
import type { PatchOptions } from '../../src/registry/registry.ts';
import type { Json } from '../../src/values/object.ts';
import { type Loose, read, registryFixture } from './registry-fixture.ts';

export interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Record<string, Json>;
}

export const entriesOf = ({ metadata }: Loose): Entry[] => (metadata.managedFields ?? []) as unknown as Entry[];
export const fieldsBy = (object: Loose, manager: string) =>
  entriesOf(object).find((each) => each.manager === manager)?.fieldsV1;

export async function ownershipFixture() {
  const fixture = await registryFixture();
  const { registry } = fixture;
  const apply = async (id: string, config: Loose, manager: string, options: PatchOptions = {}) => {
    const name = config.metadata.name ?? '';
    const { object } = await registry.patch(id, 'default', name, 'apply', config, {
      fieldManager: manager,
      ...options,
    });
    return { ...read(object), revision: object.revision };
  };
  const get = async (id: string, name: string) => read(await registry.get(id, 'default', name, { wholeEntries: true }));
  return { ...fixture, apply, get };
}

export const map = (data: Record<string, string>, metadata = {}): Loose => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  ...{ data },
});
