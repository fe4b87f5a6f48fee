/** What is said of a body that is no object at all. Source: apiserver's handlers/rest.go, transformDecodeError. */
import { badRequest, StatusError } from '../../errors.ts';
import { groupVersionProblem } from '../../values/group-version.ts';

const SHOWN_BYTES = 30;
const OPEN_BRACE = '{'.charCodeAt(0);

/** The beginning of the body, in hexadecimal unless it looks like JSON. */
function summaryOf(body: Buffer): string {
  if (body.length === 0) {
    return '<empty>';
  }
  const start = body.subarray(0, SHOWN_BYTES).toString(body[0] === OPEN_BRACE ? 'utf8' : 'hex');
  return body.length > SHOWN_BYTES ? `${start} ...` : start;
}

const unrecognized = (kind: string, body: Buffer, why: string, cause?: unknown): StatusError =>
  badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summaryOf(body)})`, { cause });

/** Go's names of JSON's types. */
function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}

const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** What keeps apiVersion and kind from being read, in the words of Go's encoding/json. */
function typeMetaProblem(value: unknown): string | undefined {
  if (value === null) {
    return undefined;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return notRead(`cannot unmarshal ${typeOf(value)} into Go value of type ${TYPE_META}`);
  }
  const { apiVersion, kind } = value as Record<string, unknown>;
  for (const [field, given] of Object.entries({ apiVersion, kind })) {
    if (typeof (given ?? '') !== 'string') {
      return notRead(`cannot unmarshal ${typeOf(given)} into Go struct field .${field} of type string`);
    }
  }
  return typeof apiVersion === 'string' ? groupVersionProblem(apiVersion) : undefined;
}

const notRead = (why: string): string => `couldn't get version/kind; json parse error: json: ${why}`;

/** `read` of a body that must be an object of a kind. Throws 400 in kube-apiserver's words, and whatever else it throws. */
export function readOf<T extends { readonly value: unknown }>(kind: string, body: Buffer, read: () => T): T {
  let parsed: T;
  try {
    parsed = read();
  } catch (error) {
    throw error instanceof StatusError && error.reason === 'BadRequest'
      ? unrecognized(kind, body, error.message, error)
      : error;
  }
  const problem = typeMetaProblem(parsed.value);
  if (problem !== undefined) {
    throw unrecognized(kind, body, problem);
  }
  return parsed;
}
