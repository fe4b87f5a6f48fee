/** How a write is entered into the object's managedFields. */
import { encodeBody } from '../../storage/stored-object.ts';
import { nextRound } from '../../timing/turns.ts';
import { isLongJson } from '../../values/json-length.ts';
import type { Json, KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { isSameJson } from '../../values/same-json.ts';
import { LONG_TEXT } from '../break.ts';
import type { Kind, RegistryContext } from '../context.ts';
import { asText, type Entries } from '../elsewhere.ts';
import type { WriteOptions } from '../registry.ts';
import type { Before } from '../stored-columns.ts';
import type { UpdateScopeName } from '../update-scope.ts';
import { componentOf } from './components.ts';
import { makerOf } from './creator.ts';
import { ownershipOf } from './ownership.ts';
import { entriesOfReport, type Report, renewReport, reportOf } from './reporter.ts';
import { replaceEntries } from './short-entries.ts';
import { entriesOfUpdate, trackCreate } from './track-update.ts';

/** The entries of `object`, which is ready to be written. `given` are those that the client sent. */
export type Tracking = (
  before: Before,
  object: KubeObject,
  given: readonly Json[] | undefined,
  isLong: boolean,
) => Promise<Entries>;

type WithClock = Pick<RegistryContext, 'clock'>;
type WithThread = Pick<RegistryContext, 'clock' | 'elsewhere'>;

/** Of who creates `object`, which has all that its creator owns; undefined: that is not noted. */
export async function entriesOfNew(
  { clock, elsewhere }: WithThread,
  kind: Kind,
  object: KubeObject,
  options: WriteOptions,
): Promise<Entries> {
  const main = ownershipOf(kind, '');
  const { fieldManager, isLong, user } = options;
  if (fieldManager === undefined && main.isShort) {
    return undefined;
  }
  const manager = fieldManager ?? makerOf(object.metadata) ?? componentOf(kind.definition, options);
  const writer = { manager, now: formatTime(clock.now()) };
  // How long it is what a component of ours makes, nobody has seen yet.
  const mayBeLong = !main.isShort && elsewhere !== undefined && (isLong === true || fieldManager === undefined);
  if (!mayBeLong || !isLongJson(object, LONG_TEXT)) {
    return trackCreate(main, object, writer);
  }
  const toTrack = { resource: kind.id, object: encodeBody(object), writer };
  await nextRound();
  return asText(await elsewhere.trackNew(toTrack, user?.username));
}

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
    return replaceEntries(body, noted, entries && JSON.stringify(entries));
  };
}

/** undefined: the entries stay as they are. */
export function updateTracking(
  context: WithThread,
  kind: Kind,
  scope: UpdateScopeName,
  options: WriteOptions,
  subresource = scope === 'main' ? '' : scope,
): Tracking | undefined {
  const { fieldManager } = options;
  if (fieldManager === undefined && scope === 'status') {
    const ownership = ownershipOf(kind, scope);
    const report = newReport(context, kind, options);
    return async ({ object: old }, object) => {
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
  const isClient = fieldManager !== undefined;
  return async (before, object, given, isLong) => {
    const { elsewhere } = context;
    const { object: old, stored } = before;
    if (!isLong || elsewhere === undefined) {
      return entriesOfUpdate(kind, { subresource, old, object, given }, writer, isClient);
    }
    if (old.metadata.managedFields === undefined && given === undefined && !isClient) {
      return undefined;
    }
    await nextRound();
    const texts = { old: stored.body, object: encodeBody(object), given: given && JSON.stringify(given) };
    const toTrack = { resource: kind.id, subresource, ...texts, writer, isClient };
    const tracked = await elsewhere.track(toTrack, options.user?.username);
    return tracked.isNoted ? old.metadata.managedFields : asText(tracked.entries);
  };
}
