import { ApiException } from '@kubernetes/client-node';

/** The server's own sentence where it said one: the whole answer has all its headers. @param {unknown} error */
export function describeError(error) {
  if (!(error instanceof ApiException)) {
    return String(error);
  }
  try {
    return `${JSON.parse(error.body).message} (${error.code})`;
  } catch {
    // No Status: a proxy in between answered.
    return `HTTP ${error.code}`;
  }
}
