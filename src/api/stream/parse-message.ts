/** A frame from the client, checked against its schema. Throws StatusError BadRequest that names what is wrong. */
import { Ajv } from 'ajv';
import { badRequest } from '../../errors.ts';
import { CLIENT_SCHEMAS } from './message-schemas.ts';
import type { ClientMessage } from './messages.ts';

const ajv = new Ajv({ strict: false });
const VALIDATORS = new Map(Object.entries(CLIENT_SCHEMAS).map(([type, schema]) => [type, ajv.compile(schema)]));
const TYPES = [...VALIDATORS.keys()].join(', ');

export function parseMessage(text: string): ClientMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw badRequest(`the message is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const type = typeof message === 'object' && message !== null ? (message as { type?: unknown }).type : undefined;
  const validate = typeof type === 'string' ? VALIDATORS.get(type) : undefined;
  if (validate === undefined) {
    throw badRequest(`the message must be an object whose "type" is one of ${TYPES}`);
  }
  if (!validate(message)) {
    throw badRequest(`the message is not valid: ${ajv.errorsText(validate.errors, { dataVar: String(type) })}`);
  }
  return message as unknown as ClientMessage;
}
