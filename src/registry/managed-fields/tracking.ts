/** How a write is entered into the object's managedFields. */
import type { Json, KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { Kind, RegistryContext } from '../context.ts';
import type { WriteOptions } from '../registry.ts';
import type { UpdateScopeName } from '../update-scope.ts';
import { CONTROLLERS, entriesKnown } from './creator.ts';
import { ownershipOf } from './ownership.ts';
import { trackCreate, trackUpdate } from './track-update.ts';

/** The entries of `object`, which is ready to be written. `given` are those that the client sent. */
export type Tracking = (
  old: KubeObject,
  object: KubeObject,
  given: readonly Json[] | undefined,
  pause: () => Promise<void>,
) => Promise<Json[] | undefined>;

/** Who sends bulk requests, say, and names nobody. */
const NOBODY = 'flotilla';

/** Controllers' writes are fenced. */
const unnamed = ({ fence }: WriteOptions): string => (fence === undefined ? NOBODY : CONTROLLERS);

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
  options: WriteOptions,
  subresource = scope === 'main' ? '' : scope,
): Tracking | undefined {
  const { fieldManager } = options;
  const manager = fieldManager ?? (scope === 'main' ? unnamed(options) : undefined);
  if (manager === undefined || scope === 'finalize') {
    return undefined;
  }
  return async (old, object, given, pause) => {
    const { managedFields: noted } = old.metadata;
    const main = ownershipOf(kind, '');
    // What controllers do to what controllers made changes nothing of whose it is.
    const known = fieldManager === undefined ? noted : entriesKnown(main, old);
    if (known === undefined && given === undefined) {
      return undefined;
    }
    const ownership = subresource === '' ? main : ownershipOf(kind, subresource);
    const before = known === noted ? old : { ...old, metadata: { ...old.metadata, managedFields: known ?? [] } };
    const writer = { manager, now: formatTime(clock.now()) };
    const entries = await trackUpdate([ownership, main], before, object, given, writer, pause);
    return entries === before.metadata.managedFields ? noted : entries;
  };
}
