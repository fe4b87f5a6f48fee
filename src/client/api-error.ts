/** A refusal by the server, as Kubernetes words it. */
import type { components } from './openapi.ts';

export type Status = components['schemas']['io.k8s.apimachinery.pkg.apis.meta.v1.Status'];

const EXPIRED = 410;
/** Not the client's fault and not for ever: gone history, a token from the future, too many requests, a server in trouble. */
const isPassingCode = (code: number): boolean => code === EXPIRED || code === 408 || code === 429 || code >= 500;

export class ApiError extends Error {
  readonly status: Status;
  /** The HTTP code. */
  readonly code: number;

  constructor(code: number, status: Status) {
    super(status.message ?? `HTTP ${code}`);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }

  /** `body`: of an answer that is not 2xx; a proxy's may be anything. */
  static of(code: number, body: unknown): ApiError {
    const isStatus = typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
    return new ApiError(code, isStatus ? (body as Status) : { code, message: `HTTP ${code}` });
  }

  /** The server asks for at least this long a pause. */
  get retryAfterMs(): number {
    return (this.status.details?.retryAfterSeconds ?? 0) * 1_000;
  }
}

/** What trying again mends. Anything that is no answer is a broken connection. */
export const isPassing = (error: unknown): boolean => !(error instanceof ApiError) || isPassingCode(error.code);
/** The server has not what to go on from: gone history, or one that was never there, as after a restore of an older backup. */
export const cannotResume = (error: unknown): error is ApiError =>
  error instanceof ApiError &&
  (error.code === EXPIRED ||
    error.status.details?.causes?.some(({ reason }) => reason === 'ResourceVersionTooLarge') === true);
