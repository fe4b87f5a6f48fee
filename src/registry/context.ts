/** What every verb gets: the store, the kinds with their triggers, and the injected sources of time and chance. */
import { noSuchResource, type ResourceName } from '../errors.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { resourceId } from '../resources/index.ts';
import type { ChangeFeed, ObjectStore } from '../storage/object-store.ts';
import type { ResourceId } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import type { DefaultPriority } from './default-priority.ts';
import type { DefaultTolerationSeconds } from './default-tolerations.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Lookups } from './lookups.ts';
import type { Trigger } from './registry.ts';

/** Structurally queue/'s Doorbell: registry/ may not import queue/. Never throws. */
export interface ShardDoorbell {
  ring(shard: string, afterMs?: number): void;
}

/** A row of the table of kinds with what is derived from it once. */
export interface Kind {
  readonly id: ResourceId;
  readonly definition: ResourceDefinition;
  readonly apiVersion: string;
  /** How errors name it. */
  readonly resource: ResourceName;
  readonly triggers: readonly Trigger[];
}

export interface RegistryContext extends Lookups {
  /** For long objects and long patches. Absent: nothing is too long for this thread. */
  readonly elsewhere?: Elsewhere;
  readonly objects: ObjectStore;
  readonly feed: ChangeFeed;
  readonly kinds: ReadonlyMap<ResourceId, Kind>;
  readonly doorbell: ShardDoorbell;
  readonly clock: Clock;
  readonly random: Random;
  readonly newUid: () => string;
  readonly defaultPriority: DefaultPriority;
  readonly tolerationSeconds: DefaultTolerationSeconds;
  /** Signs continue tokens. */
  readonly continueKey: Uint8Array;
}

export function kindOf(context: Pick<RegistryContext, 'kinds'>, id: ResourceId): Kind {
  const kind = context.kinds.get(id);
  if (kind === undefined) {
    throw noSuchResource();
  }
  return kind;
}

/** Triggers are written for what is stored. */
function triggersOf({ storedAs }: ResourceDefinition, id: ResourceId, triggers: readonly Trigger[]): Trigger[] {
  if (storedAs === undefined) {
    return triggers.filter((trigger) => trigger.resource === id);
  }
  const { definition, toStored } = storedAs;
  return triggersOf(definition, resourceId(definition), triggers).map((trigger) => ({
    resource: id,
    dueOn: ({ before, after }) =>
      trigger.dueOn({
        ...(before === undefined ? {} : { before: toStored(before) }),
        ...(after === undefined ? {} : { after: toStored(after) }),
      }),
  }));
}

export function newKind(definition: ResourceDefinition, id: ResourceId, triggers: readonly Trigger[] = []): Kind {
  const { group, version, plural } = definition;
  return {
    id,
    definition,
    apiVersion: group === '' ? version : `${group}/${version}`,
    resource: { group, resource: plural },
    triggers: triggersOf(definition, id, triggers),
  };
}

export const tableOfKinds = (
  resources: readonly ResourceDefinition[],
  triggers: readonly Trigger[],
): ReadonlyMap<ResourceId, Kind> =>
  new Map(
    resources.map((definition) => {
      const id = resourceId(definition);
      return [id, newKind(definition, id, triggers)];
    }),
  );
