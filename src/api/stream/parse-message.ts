/** Frames from the client. Both functions throw StatusError BadRequest that names what is wrong. */
import { Ajv } from 'ajv';
import { badRequest } from '../../errors.ts';
import { CLIENT_SCHEMAS, SUBSCRIPTION_ID } from './message-schemas.ts';
import type { ClientMessage } from './messages.ts';

const ajv = new Ajv();
const VALIDATORS = new Map(Object.entries(CLIENT_SCHEMAS).map(([type, schema]) => [type, ajv.compile(schema)]));
const TYPES = [...VALIDATORS.keys()].join(', ');
const isId = ajv.compile<string>(SUBSCRIPTION_ID);

export function readFrame(data: { toString(): string }, isBinary: boolean): unknown {
  if (isBinary) {
    throw badRequest('the message is binary: send JSON in text frames');
  }
  try {
    return JSON.parse(data.toString());
  } catch (error) {
    throw badRequest(`the message is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

const EXCLUSIVE =
  'must have kinds or apiVersion and kind, one of fields, deltas and aggregate, and no coalesce with aggregate';

const fieldOf = (frame: unknown, name: string): unknown =>
  typeof frame === 'object' && frame !== null ? (frame as Record<string, unknown>)[name] : undefined;

/** The subscription that the frame wants to start, also when the rest of it is wrong. */
export function requestedId(frame: unknown): string | undefined {
  const id = fieldOf(frame, 'id');
  return fieldOf(frame, 'type') === 'subscribe' && isId(id) ? id : undefined;
}

export function checkMessage(frame: unknown): ClientMessage {
  const type = fieldOf(frame, 'type');
  const validate = typeof type === 'string' ? VALIDATORS.get(type) : undefined;
  if (validate === undefined) {
    throw badRequest(`the message must be an object whose "type" is one of ${TYPES}`);
  }
  if (!validate(frame)) {
    // That a conditional failed says less than what failed in it.
    const errors = (validate.errors ?? [])
      .filter(({ keyword }) => keyword !== 'if')
      .map((error) => (error.keyword === 'not' ? { ...error, message: EXCLUSIVE } : error));
    throw badRequest(`the message is not valid: ${ajv.errorsText(errors, { dataVar: String(type) })}`);
  }
  return frame as unknown as ClientMessage;
}
