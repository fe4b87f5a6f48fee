/** How a write is entered into the object's managedFields. */
import type { Json, KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { isSameJson } from '../../values/same-json.ts';
import type { Kind, RegistryContext } from '../context.ts';
import type { WriteOptions } from '../registry.ts';
import type { UpdateScopeName } from '../update-scope.ts';
import { componentOf } from './components.ts';
import { entriesKnown } from './creator.ts';
import { ownershipOf } from './ownership.ts';
import { entriesOfReport, type Report, renewReport, reportOf } from './reporter.ts';
import { replaceEntries } from './short-entries.ts';
import { trackCreate, trackUpdate } from './track-update.ts';

/** The entries of `object`, which is ready to be written. `given` are those that the client sent. */
export type Tracking = (
  old: KubeObject,
  object: KubeObject,
  given: readonly Json[] | undefined,
  pause: () => Promise<void>,
) => Promise<Json[] | undefined>;

type WithClock = Pick<RegistryContext, 'clock'>;

/** undefined: who creates it is not noted. */
export const entriesOfNew = ({ clock }: WithClock, kind: Kind, manager: string | undefined): Json[] | undefined =>
  manager === undefined ? undefined : trackCreate(ownershipOf(kind, ''), { manager, now: formatTime(clock.now()) });

/** By one of our own components, as of now. */
const newReport = ({ clock }: WithClock, kind: Kind, options: WriteOptions): Report =>
  reportOf(ownershipOf(kind, 'status'), {
    manager: componentOf(kind.definition, options),
    now: formatTime(clock.now()),
  });

/** Enters reports into bodies: `body` is that of `object`, whose entries are still those of `old`. */
export function reportNoter(
  context: WithClock,
  kind: Kind,
  options: WriteOptions,
): (body: string, old: () => KubeObject, object: KubeObject) => string {
  const ownership = ownershipOf(kind, 'status');
  const report = newReport(context, kind, options);
  return (body, old, object) => {
    const { managedFields: noted } = object.metadata;
    const renewed = renewReport(body, noted, report);
    if (renewed !== undefined) {
      return renewed;
    }
    const entries = entriesOfReport(ownership, noted, () => [old(), object], report);
    return replaceEntries(body, noted, JSON.stringify(entries));
  };
}

/** undefined: the entries stay as they are. */
export function updateTracking(
  context: WithClock,
  kind: Kind,
  scope: UpdateScopeName,
  options: WriteOptions,
  subresource = scope === 'main' ? '' : scope,
): Tracking | undefined {
  const { fieldManager } = options;
  if (fieldManager === undefined && scope === 'status') {
    const ownership = ownershipOf(kind, scope);
    const report = newReport(context, kind, options);
    return async (old, object) => {
      const { managedFields: noted } = old.metadata;
      const isSame = isSameJson(old.status, object.status);
      return isSame ? noted : entriesOfReport(ownership, noted, () => [old, object], report);
    };
  }
  if ((fieldManager === undefined && scope !== 'main') || scope === 'finalize') {
    return undefined;
  }
  const writer = {
    manager: fieldManager ?? componentOf(kind.definition, options),
    now: formatTime(context.clock.now()),
  };
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
    const entries = await trackUpdate([ownership, main], before, object, given, writer, pause);
    return entries === before.metadata.managedFields ? noted : entries;
  };
}
