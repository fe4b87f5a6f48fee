/** How a write is entered into the object's managedFields. */
import type { Json, KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { Kind, RegistryContext } from '../context.ts';
import type { WriteOptions } from '../registry.ts';
import type { UpdateScopeName } from '../update-scope.ts';
import { ownershipOf } from './ownership.ts';
import { trackCreate, trackUpdate } from './track-update.ts';

/** The entries of `object`, which is ready to be written. `given` are those that the client sent. */
export type Tracking = (
  old: KubeObject,
  object: KubeObject,
  given: readonly Json[] | undefined,
  pause: () => Promise<void>,
) => Promise<Json[] | undefined>;

/** Who changes specs and metadata for the control plane. */
const CONTROL_PLANE = 'flotilla';

/** undefined: who creates it is not noted. */
export const entriesOfNew = (
  { clock }: Pick<RegistryContext, 'clock'>,
  kind: Kind,
  manager: string | undefined,
): Json[] | undefined =>
  manager === undefined ? undefined : trackCreate(ownershipOf(kind, ''), { manager, now: formatTime(clock.now()) });

/**
 * undefined: the entries stay as they are. So it is for the status writes of kubelets and controllers, which name no
 * manager: they come 10,000 a second, and nobody else writes what they own.
 */
export function updateTracking(
  { clock }: Pick<RegistryContext, 'clock'>,
  kind: Kind,
  scope: UpdateScopeName,
  { fieldManager }: WriteOptions,
  subresource = scope === 'main' ? '' : scope,
): Tracking | undefined {
  const manager = fieldManager ?? (scope === 'main' ? CONTROL_PLANE : undefined);
  if (manager === undefined || scope === 'finalize') {
    return undefined;
  }
  return async (old, object, given, pause) => {
    if (old.metadata.managedFields === undefined && given === undefined) {
      return undefined;
    }
    const main = ownershipOf(kind, '');
    const ownership = subresource === '' ? main : ownershipOf(kind, subresource);
    return trackUpdate([ownership, main], old, object, given, { manager, now: formatTime(clock.now()) }, pause);
  };
}
