/** What can go wrong between a command and the API, in words that tell the operator what to do. */

/** No answer came: not running, not ours, or too slow. `isDown`: nothing listens there. */
export class ConnectionError extends Error {
  readonly isDown: boolean;

  constructor(message: string, isDown: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionError';
    this.isDown = isDown;
  }
}

/** The server answered, and not with what was asked for. */
export class ApiError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

const DOWN = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
const SLOW = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const UNTRUSTED = /CERT|SELF_SIGNED|LEAF_SIGNATURE|ISSUER/;

export function connectionError(cause: unknown, server: string): ConnectionError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (DOWN.has(code)) {
    return new ConnectionError(`Flotilla is not running at ${server}: start it with npm start`, true, { cause });
  }
  if (SLOW.has(code)) {
    return new ConnectionError(`${server} does not answer in time: look at its log, or try again`, false, { cause });
  }
  if (UNTRUSTED.test(code)) {
    const why = `${server} shows a certificate that this kubeconfig does not trust (${code})`;
    return new ConnectionError(`${why}: name the one of that server with --kubeconfig`, false, { cause });
  }
  const why = code === '' ? (cause as Error).message : code;
  return new ConnectionError(`The connection to ${server} broke (${why}): try again`, false, { cause });
}

/** Keeps the message of a Kubernetes Status; anything else did not come from Flotilla. */
export function apiError(status: number, body: string, server: string): ApiError {
  if (status === 401) {
    return new ApiError(`${server} refuses the token of this kubeconfig: name a newer one with --kubeconfig`, status);
  }
  const message = statusMessage(body);
  return new ApiError(message ?? `${server} gave an answer that is not Flotilla’s (HTTP ${status})`, status);
}

function statusMessage(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    // Not JSON: no Status, and nothing that is safe to print.
    return undefined;
  }
}
