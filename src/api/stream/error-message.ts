/** A failure as the frame that tells the client of it. */
import { internalError, StatusError, type StatusReason } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Failure } from './messages.ts';

/** From a token whose history is compacted, or has never been (after a restore), nobody can go on. */
const LOST: readonly StatusReason[] = ['Expired', 'Timeout'];

/** `id`: the subscription that ends with this. `token`: where it may go on, if it can. */
export function errorMessage(logger: Logger, error: unknown, id?: string, token?: string): Failure {
  const known = error instanceof StatusError ? error : internalError(error);
  if (known.reason === 'InternalError') {
    logger.error({ err: known.cause ?? known }, 'stream failed');
  }
  return {
    type: 'error',
    ...(id === undefined ? {} : { id }),
    status: known.toStatus(),
    ...(token === undefined || LOST.includes(known.reason) ? {} : { token }),
  };
}
