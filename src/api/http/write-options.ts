/** dryRun, fieldManager and fieldValidation of a write. Source: apimachinery's meta/v1/validation. */
import type { FastifyRequest } from 'fastify';
import type { UserInfo } from '../../auth/identity.ts';
import { invalid, type StatusCause } from '../../errors.ts';
import type { PatchOptions, PatchType, WriteOptions } from '../../registry/registry.ts';
import {
  forbiddenField,
  invalidField,
  requiredField,
  tooLongField,
  unsupportedField,
} from '../../resources/field-errors.ts';
import { allValues, booleanValue, firstValue, type Query } from '../query.ts';
import { bodyBytes } from './body-bytes.ts';

export type WriteOptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';
type FieldValidation = NonNullable<WriteOptions['fieldValidation']>;

const MAX_MANAGER_BYTES = 128;
/** Bytes. Its steps take less than 10 ms each. */
export const LONG_BODY = 100_000;
const VALIDATIONS: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];
/** What Go's unicode.IsPrint is false of. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;
/** Here and not where it is used: the build turns it into a constructor call, which then ran for every write. */
const EVERY_UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

/** As Go's `%#U` prints what cannot be shown. */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function unprintable(manager: string): StatusCause[] {
  return [...manager.matchAll(EVERY_UNPRINTABLE)].map(({ 0: character, index }) => {
    const at = Buffer.byteLength(manager.slice(0, index));
    return invalidField('fieldManager', manager, `invalid character ${codePoint(character)} (at position ${at})`);
  });
}

const checkManager = (manager: string): StatusCause[] => [
  ...(Buffer.byteLength(manager) > MAX_MANAGER_BYTES ? [tooLongField('fieldManager', MAX_MANAGER_BYTES)] : []),
  ...(UNPRINTABLE.test(manager) ? unprintable(manager) : []),
];

export const checkDryRun = (dryRun: readonly string[]): StatusCause[] =>
  dryRun.every((value) => value === 'All') ? [] : [unsupportedField('dryRun', dryRun, ['All'])];

/** The manager that a client without one gets: the first word of its User-Agent. */
function defaultManager(userAgent: string | undefined): string {
  const [name = ''] = (userAgent ?? '').split('/', 1);
  const printable = name.replace(EVERY_UNPRINTABLE, '');
  return Buffer.byteLength(printable) > MAX_MANAGER_BYTES ? shortened(printable) : printable;
}

/** As many whole characters as there is room for. */
function shortened(name: string): string {
  let kept = '';
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > MAX_MANAGER_BYTES) {
      break;
    }
    kept += character;
  }
  return kept;
}

/** What PATCH alone has. Source: ValidatePatchOptions in apimachinery's meta/v1/validation. */
function checkForce(query: Query, type: PatchType): StatusCause[] {
  if (type !== 'apply') {
    return query['force'] === undefined ? [] : [forbiddenField('force', 'may not be specified for non-apply patch')];
  }
  const isNamed = (firstValue(query, 'fieldManager') ?? '') !== '';
  return isNamed ? [] : [requiredField('fieldManager', 'is required for apply patch')];
}

/** For admission. Routes that need no credentials know nobody. */
export const userOf = ({ user }: FastifyRequest): { user?: UserInfo } => (user === undefined ? {} : { user });

/** Throws 422. */
export function readPatchOptions(request: FastifyRequest, type: PatchType): PatchOptions {
  const query = request.query as Query;
  const options = readWriteOptions(request, 'PatchOptions', checkForce(query, type));
  return booleanValue(query, 'force') === true ? { ...options, force: true } : options;
}

/** Throws 422; `more` is what the verb found wrong already. */
export function readWriteOptions(
  request: FastifyRequest,
  optionsKind: WriteOptionsKind,
  more: readonly StatusCause[] = [],
): WriteOptions {
  const query = request.query as Query;
  const manager = firstValue(query, 'fieldManager') ?? '';
  const validation = firstValue(query, 'fieldValidation') ?? '';
  const dryRun = allValues(query, 'dryRun');
  const causes = [...more, ...checkManager(manager), ...checkDryRun(dryRun)];
  if (!VALIDATIONS.includes(validation)) {
    causes.push(unsupportedField('fieldValidation', validation, VALIDATIONS));
  }
  if (causes.length > 0) {
    throw invalid({ group: 'meta.k8s.io', kind: optionsKind }, '', causes);
  }
  const fieldManager = manager === '' ? defaultManager(request.headers['user-agent']) : manager;
  return {
    ...(dryRun.length === 0 ? {} : { dryRun: true }),
    ...(bodyBytes(request).length > LONG_BODY ? { isLong: true } : {}),
    fieldManager,
    ...userOf(request),
    ...(validation === '' ? {} : { fieldValidation: validation as FieldValidation }),
  };
}
