/**
 * What resourceVersion and continue mean on a list, and what is wrong with them.
 * Source: apiserver's storage/interfaces.go (ListReadConsistency) and storage/errors.go.
 */
import { badRequest, StatusError, tooLargeVersion } from '../errors.ts';
import { parseResourceVersion } from './preconditions.ts';
import type { ListOptions } from './registry.ts';

/** Throws 400: what is no version, and a version beside a token, which has its own. */
export function checkListVersion(options: ListOptions): void {
  const version = parseResourceVersion(options.resourceVersion);
  if (version !== undefined && (options.continue ?? '') !== '') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
}

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
