/**
 * The rules of resourceVersion, resourceVersionMatch and continue on a list.
 * Source: apimachinery's meta/internalversion/validation and apiserver's storage/errors.go.
 */
import { badRequest, invalid, type StatusCause, StatusError } from '../errors.ts';
import { parseResourceVersion } from './preconditions.ts';
import type { ListOptions } from './registry.ts';

const MATCHES: readonly string[] = ['Exact', 'NotOlderThan'];

const causeOf = (reason: string, message: string): StatusCause => ({ reason, message, field: 'resourceVersionMatch' });
const refusal = (why: string): StatusCause => causeOf('FieldValueForbidden', `Forbidden: ${why}`);

function matchCauses({ resourceVersion = '', resourceVersionMatch: match, continue: token }: ListOptions) {
  const causes: StatusCause[] = [];
  if (match === undefined || match === '') {
    return causes;
  }
  if (resourceVersion === '') {
    causes.push(refusal('resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if ((token ?? '') !== '') {
    causes.push(refusal('resourceVersionMatch is forbidden when continue is provided'));
  }
  if (!MATCHES.includes(match)) {
    const value = JSON.stringify(match);
    const message = `Unsupported value: ${value}: supported values: "Exact", "NotOlderThan", ""`;
    causes.push(causeOf('FieldValueNotSupported', message));
  }
  if (match === 'Exact' && resourceVersion === '0') {
    causes.push(refusal('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return causes;
}

/** Throws 422 or 400 before anything is read. */
export function checkListOptions(options: ListOptions): void {
  const causes = matchCauses(options);
  if (causes.length > 0) {
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', causes);
  }
  const version = parseResourceVersion(options.resourceVersion);
  if (version !== undefined && (options.continue ?? '') !== '') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
}

export const tooLargeVersion = (requested: number, current: number): StatusError =>
  new StatusError('Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

/** Is a snapshot of the present, at `revision`, what was asked for? Lists of the past are in `past.ts`. */
export function checkListRevision(options: ListOptions, revision: number): void {
  const requested = parseResourceVersion(options.resourceVersion);
  if (requested === undefined) {
    return;
  }
  if (requested > revision) {
    throw tooLargeVersion(requested, revision);
  }
}

/** `token` goes on from the present state. Source: apiserver's storage/etcd3/errors.go. */
export const continueExpired = (token: string): StatusError =>
  new StatusError(
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
      'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
      'list. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
      'modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined,
    { continue: token },
  );
