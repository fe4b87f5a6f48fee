/** What an item is about: its kind in the table, its object, and what is asked of the authorizer. */
import type { RequestAttributes } from '../../auth/identity.ts';
import { badRequest } from '../../errors.ts';
import type { ResourceId } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { resourceId } from '../../resources/index.ts';
import { methodNotAllowed } from '../http/mount.ts';
import type { CreateItem, DeleteItem, Item, PatchItem, UpdateItem } from './read-item.ts';

export interface Task {
  readonly item: Item;
  readonly definition: ResourceDefinition;
  readonly resource: ResourceId;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  /** '' for a create whose name the server draws, or that has none. */
  readonly name: string;
  readonly asked: RequestAttributes;
}

export type KindIndex = ReadonlyMap<string, ResourceDefinition>;

const kindKey = (apiVersion: unknown, kind: unknown): string => `${String(apiVersion)}\0${String(kind)}`;

export const indexKinds = (definitions: readonly ResourceDefinition[]): KindIndex =>
  new Map(
    definitions.map((definition) => {
      const { group, version, kind } = definition;
      return [kindKey(group === '' ? version : `${group}/${version}`, kind), definition];
    }),
  );

interface Place {
  readonly namespace: string;
  readonly name: string;
}

/** The object as sent has not been decoded yet: a name of a wrong type is for the decoder to refuse. */
function placeOfObject({ namespaced }: ResourceDefinition, { op, object }: CreateItem | UpdateItem): Place {
  const { metadata } = object;
  const { name, namespace } = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Partial<Place>;
  if (namespaced && (typeof namespace !== 'string' || namespace === '')) {
    throw badRequest(`an empty namespace may not be set during ${op === 'create' ? 'creation' : 'update'}`);
  }
  return { namespace: namespaced ? (namespace ?? '') : '', name: typeof name === 'string' ? name : '' };
}

function placeOf({ namespaced, kind }: ResourceDefinition, item: PatchItem | DeleteItem): Place {
  const { namespace = '', name } = item;
  if (namespaced && namespace === '') {
    throw badRequest('an empty namespace may not be set when a resource name is provided');
  }
  if (!namespaced && namespace !== '') {
    throw badRequest(`kind ${JSON.stringify(kind)} is not namespaced: leave the namespace out`);
  }
  return { namespace, name };
}

/** Throws 400 and 405. */
export function planItem(kinds: KindIndex, item: Item): Task {
  const { apiVersion, kind } = 'object' in item ? item.object : item;
  const definition = kinds.get(kindKey(apiVersion, kind));
  if (definition === undefined) {
    throw badRequest(
      `no matches for kind ${JSON.stringify(kind ?? '')} in version ${JSON.stringify(apiVersion ?? '')}`,
    );
  }
  if (!definition.verbs.includes(item.op)) {
    throw methodNotAllowed();
  }
  const { namespace, name } = 'object' in item ? placeOfObject(definition, item) : placeOf(definition, item);
  const asked: RequestAttributes = {
    verb: item.op,
    group: definition.group,
    resource: definition.plural,
    ...('subresource' in item && item.subresource !== undefined && { subresource: item.subresource }),
    ...(namespace !== '' && { namespace }),
    // As for a POST, whose path has no name.
    ...(item.op !== 'create' && { name }),
  };
  return { item, definition, resource: resourceId(definition), namespace, name, asked };
}
