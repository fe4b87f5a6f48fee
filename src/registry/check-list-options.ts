/**
 * Which options of a list or watch go together. Source: apimachinery's ValidateListOptions
 * (meta/internalversion/validation), 1.34.
 */
import { invalid, type StatusCause } from '../errors.ts';
import { forbiddenField, unsupportedField } from '../resources/field-errors.ts';

export interface VersionOptions {
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
  readonly continue?: string | undefined;
  readonly sendInitialEvents?: boolean | undefined;
}

const MATCH = 'resourceVersionMatch';
const EXACT = 'Exact';
const NOT_OLDER = 'NotOlderThan';
const WITH_CONTINUE = 'resourceVersionMatch is forbidden when continue is provided';

type Rule = readonly [isBroken: boolean, cause: () => StatusCause];

const forbidden = (isBroken: boolean, detail: string, field = MATCH): Rule => [
  isBroken,
  () => forbiddenField(field, detail),
];
const unsupported = (match: string, supported: readonly string[], offered = supported): Rule => [
  !supported.includes(match),
  () => unsupportedField(MATCH, match, offered),
];

function listRules({ resourceVersion, continue: token, sendInitialEvents, ...options }: VersionOptions): Rule[] {
  const match = options.resourceVersionMatch ?? '';
  const ofMatch = [
    forbidden((resourceVersion ?? '') === '', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    forbidden((token ?? '') !== '', WITH_CONTINUE),
    unsupported(match, [EXACT, NOT_OLDER], [EXACT, NOT_OLDER, '']),
    forbidden(
      match === EXACT && resourceVersion === '0',
      'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ),
  ];
  const isSent = sendInitialEvents !== undefined;
  return [
    ...(match === '' ? [] : ofMatch),
    forbidden(isSent, 'sendInitialEvents is forbidden for list', 'sendInitialEvents'),
  ];
}

function watchRules({ continue: token, sendInitialEvents, ...options }: VersionOptions): Rule[] {
  const match = options.resourceVersionMatch ?? '';
  const isSent = sendInitialEvents !== undefined;
  const ofMatch = [
    forbidden(!isSent, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    unsupported(match, [NOT_OLDER]),
    forbidden((token ?? '') !== '', WITH_CONTINUE),
  ];
  return [
    forbidden(isSent && match !== NOT_OLDER, `sendInitialEvents requires setting resourceVersionMatch to ${NOT_OLDER}`),
    ...(match === '' ? [] : ofMatch),
  ];
}

function check(rules: readonly Rule[]): void {
  const causes = rules.flatMap(([isBroken, cause]) => (isBroken ? [cause()] : []));
  if (causes.length > 0) {
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  }
}

/** Throws 422 before anything is read. */
export const checkListOptions = (options: VersionOptions): void => check(listRules(options));
/** Throws 422 before anything is read. */
export const checkWatchOptions = (options: VersionOptions): void => check(watchRules(options));
