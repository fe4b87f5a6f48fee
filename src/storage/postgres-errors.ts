/** What went wrong with a statement: SQLSTATE classes that decide whether it may be sent again. */
import { StatusError, unavailable } from '../errors.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlState = (error: unknown): string | undefined => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{2}[0-9P][0-9A-Z]{2}$/.test(code) ? code : undefined;
};

/** serialization_failure, deadlock_detected, lock_not_available, transaction stood still, connection lost, server going down or coming up. */
const TRANSIENT_STATE = /^(40001|40P01|55P03|25P03|08...|57P0[1235])$/;
/** ENOENT: the Unix socket of a server that is stopped. */
const TRANSIENT_CODE = /^(ECONNRESET|ECONNREFUSED|EPIPE|ENOENT)$/;
/** pg gives these no code. */
const LOST_CONNECTION = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Told with severity FATAL, perhaps after the commit: connection lost, server going down. */
const CONNECTION_ENDED = /^(08...|57P..|25P0[34])$/;
const NEVER_SENT = /^(Client has encountered a connection error|Client was closed)/;

/** Worth another try, if nothing was written. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) {
    return TRANSIENT_STATE.test(state);
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return TRANSIENT_CODE.test(code) || (error instanceof Error && LOST_CONNECTION.test(error.message));
}

/** An ERROR of a statement that was a transaction of its own, not the end of its connection: it left nothing. */
export const isRolledBack = (error: unknown): boolean => {
  const state = sqlState(error);
  return state !== undefined ? !CONNECTION_ENDED.test(state) : error instanceof Error && NEVER_SENT.test(error.message);
};

/**
 * The values of one write are to blame (data exception, integrity violation, program limit), not the server: the
 * others of its batch would succeed without it.
 */
export const isDataError = (error: unknown): boolean => /^(22|23|54)/.test(sqlState(error) ?? '');

/** A read that failed: the client is told to try again, the cause goes to the log. */
export const readFailed = (cause: unknown): StatusError =>
  cause instanceof StatusError ? cause : unavailable('the database cannot be read at the moment', { cause });

/** A write that certainly did not happen. */
export const writeFailed = (cause: unknown): StatusError =>
  cause instanceof StatusError ? cause : unavailable('the database cannot be written at the moment', { cause });

/** The connection broke while a commit was under way. Never sent again: it may have happened. */
export const outcomeUnknown = (cause: unknown): StatusError =>
  unavailable('the connection to the database broke during a write; its outcome is unknown', { cause });
