/** Which services' mirrors are looked at. Source: controller/endpointslicemirroring, event handlers of the controller. */
import type { DueRef, Trigger } from '../../registry/registry.ts';
import type { Service } from '../../resources/core/service.ts';
import type { KubeObject, ObjectKey } from '../../values/object.ts';
import { MANAGED_BY_LABEL, SERVICE_LABEL, SLICES } from '../endpointslice/slice.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { hasSelector } from '../views/service-info.ts';
import { isMirrored, MIRROR } from './mirror-slices.ts';

/** Delay after a change of a slice: the controller's own writes come back as changes. */
const CHANGED_AFTER_MS = 1_000;

/**
 * `selected//<namespace>/<name>`: mirrors that are left of a service that has a selector. The key of the Endpoints does
 * nothing then: they change with every pod of such a service.
 */
const SELECTED = 'selected//';
interface MirrorKey extends ObjectKey {
  readonly isOfSelected: boolean;
}
export function parseMirrorKey(key: string): MirrorKey {
  const isOfSelected = key.startsWith(SELECTED);
  return { ...parseKey(isOfSelected ? key.slice(SELECTED.length) : key), isOfSelected };
}

export function mirrorTriggers(shard: string): readonly Trigger[] {
  const bothKeys = (key: string, afterMs = 0): DueRef[] =>
    [key, `${SELECTED}${key}`].map((each) => ({ shard, key: each, afterMs }));
  return [
    {
      resource: 'endpoints',
      dueOn: ({ before, after }) => {
        const mirrored = [before, after].find((object) => object !== undefined && isMirrored(object));
        return mirrored === undefined ? [] : [{ shard, key: namespacedKey(mirrored) }];
      },
    },
    {
      resource: 'services',
      dueOn: ({ before, after }) => {
        const service = after ?? before;
        const isNew = before === undefined || after === undefined;
        const isDue = isNew ? !isSelected(service) : isSelected(before) !== isSelected(after);
        return service !== undefined && isDue ? bothKeys(namespacedKey(service)) : [];
      },
    },
    {
      // Somebody else made, changed or removed a mirror.
      resource: SLICES,
      dueOn: ({ before, after }) => {
        const keys = [before, after].flatMap((slice) => serviceOf(slice) ?? []);
        return [...new Set(keys)].flatMap((key) => bothKeys(key, CHANGED_AFTER_MS));
      },
    },
  ];
}

const isSelected = (object: KubeObject | undefined): boolean =>
  object !== undefined && hasSelector((object as Service).spec);

const serviceOf = (slice: KubeObject | undefined): string | undefined => {
  const { namespace = '', labels = {} } = slice?.metadata ?? {};
  const service = labels[SERVICE_LABEL];
  return labels[MANAGED_BY_LABEL] === MIRROR && service !== undefined ? `${namespace}/${service}` : undefined;
};
