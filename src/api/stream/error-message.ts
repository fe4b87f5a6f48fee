/** A failure as the frame that tells the client of it. */
import { internalError, StatusError, type StatusReason, tooManyRequests } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Failure } from './messages.ts';

/** From a token whose history is compacted, or has never been (after a restore), nobody can go on. */
const LOST: readonly StatusReason[] = ['Expired', 'Timeout'];

/** A reader that fell behind may go on from its token: its budget was of this connection, not of the history. */
function asStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) {
    return error;
  }
  return error instanceof Error && error.name === 'SlowReaderError'
    ? tooManyRequests('the client reads too slowly: subscribe again with the token', 1)
    : internalError(error);
}

/** `id`: the subscription that ends with this. `token`: where it may go on, if it can. */
export function errorMessage(logger: Logger, error: unknown, id?: string, token?: string): Failure {
  const known = asStatusError(error);
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
