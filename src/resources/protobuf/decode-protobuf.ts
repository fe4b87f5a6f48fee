/**
 * protobuf/: bodies as typed Go clients send them, turned into the JSON form that every other body has, and answers the
 * other way round. All checks come after decoding; what is encoded has passed them. May import the rest of resources/,
 * values, errors. Never touches a request, never knows what a body is for.
 */
import { badRequest, StatusError } from '../../errors.ts';
import type { JsonObject } from '../../values/object.ts';
import { compileMessage, messageReader } from './compile.ts';
import { MAGIC } from './envelope.ts';
import { parseFields } from './parse-fields.ts';
import { componentFor } from './roots.ts';
import { checkWireType, eachField, LENGTH_DELIMITED, MAX_FIELDS, type Reader, readerOf, within } from './wire.ts';
import { TooManyFields, whyUnreadable } from './wire-error.ts';

const readTypeMeta = compileMessage(parseFields('', 'apiVersion 1, kind 2'), {
  properties: { apiVersion: { type: 'string' }, kind: { type: 'string' } },
});

interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** `raw` has its own form by the type, which may come after it. The content's encoding and type, 3 and 4, are unused. */
function readEnvelope(reader: Reader): Envelope {
  const typeMeta: { apiVersion?: string; kind?: string } = {};
  let raw: Uint8Array = new Uint8Array();
  eachField(reader, (number, wireType) => {
    if (number !== 1 && number !== 2) {
      return false;
    }
    checkWireType(wireType, LENGTH_DELIMITED, number === 1 ? 'TypeMeta' : 'Raw');
    if (number === 1) {
      within(reader, () => readTypeMeta(reader, typeMeta));
    } else {
      raw = reader.bytes();
    }
    return true;
  });
  const { apiVersion = '', kind = '' } = typeMeta;
  return { apiVersion, kind, raw };
}

/** Runs `read`; bytes that cannot be read are a 400. */
function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TooManyFields) {
      throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_FIELDS} fields`, {});
    }
    const why = whyUnreadable(error);
    throw why === undefined ? error : badRequest(`${what}: ${why}`, { cause: error });
  }
}

/** Throws 400, in Kubernetes' words. */
export function decodeProtobuf(body: Uint8Array): JsonObject {
  if (MAGIC.some((byte, i) => body[i] !== byte)) {
    const why = `provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(' ')}]`;
    throw badRequest(`the object provided is unrecognized: ${why}`);
  }
  const { apiVersion, kind, raw } = reading('the object provided is unrecognized', () =>
    readEnvelope(readerOf(body.subarray(MAGIC.length))),
  );
  const component = componentFor(apiVersion, kind);
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const object: JsonObject = { apiVersion, kind };
  reading(`${kind} in version "${version}" cannot be handled as a ${kind}`, () =>
    messageReader(component)(readerOf(raw), object),
  );
  return object;
}
