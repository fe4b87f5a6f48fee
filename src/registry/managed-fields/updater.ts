/** Who makes an update, and what others lose by it. */
import { difference, EMPTY_SET, type FieldSet } from '../../values/field-set/field-set.ts';
import type { Owner } from './owners.ts';
import type { Ownership } from './ownership.ts';

/** Of a client that has no name. Source: buildmanagerinfo.go. */
const UNKNOWN_MANAGER = 'unknown';

export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
}

export const updater = ({ apiVersion, subresource }: Ownership, { manager, now }: Writer): Owner => ({
  ...{ manager: manager === '' ? UNKNOWN_MANAGER : manager, operation: 'Update', apiVersion, subresource, time: now },
  fields: EMPTY_SET,
});

/** Without what others took, and without what is gone. */
export const disown = (owners: readonly Owner[], taken: FieldSet, removed: FieldSet): Owner[] =>
  owners.map((owner) => ({ ...owner, fields: difference(difference(owner.fields, taken), removed) }));
