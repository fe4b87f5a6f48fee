/**
 * The first step of a write: a body as sent becomes an object of the kind, its types checked, its unknown fields
 * dropped, and they and its duplicate fields told of as `fieldValidation` asks. Messages as in apiserver's handlers/{create,patch,rest}.go.
 */
import { badRequest, invalid, StatusError } from '../errors.ts';
import { decode } from '../resources/decode.ts';
import { groupVersionProblem } from '../values/group-version.ts';
import type { KubeObject } from '../values/object.ts';
import type { Kind } from './context.ts';
import { asObject } from './json-object.ts';
import type { WriteOptions } from './registry.ts';

export interface Decoded {
  /** The caller's own copy. */
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Of the group's internal types in Kubernetes: `core`, `apps`, `rbac`. */
const internalPackage = (group: string): string => group.split('.')[0] || 'core';

/** apiVersion and kind as sent, those of the kind where absent. */
function withTypeMeta(kind: Kind, body: Record<string, unknown>): Record<string, unknown> {
  const { kind: expected, group } = kind.definition;
  const apiVersion = body['apiVersion'] ?? '';
  const given = body['kind'] ?? '';
  if (apiVersion !== '' && apiVersion !== kind.apiVersion) {
    throw badRequest(
      groupVersionProblem(String(apiVersion)) ??
        `the API version in the data (${String(apiVersion)}) does not match the expected API version (${kind.apiVersion})`,
    );
  }
  if (given !== '' && given !== expected) {
    const version = kind.definition.version;
    throw badRequest(
      `${String(given)} in version "${version}" cannot be handled as a ${expected}: ` +
        `converting (${version}.${String(given)}) to (${internalPackage(group)}.${expected}): unknown conversion`,
    );
  }
  return { ...body, apiVersion: kind.apiVersion, kind: expected };
}

interface Checked extends Decoded {
  /** What is wrong with the unknown and duplicate fields, when they are to be refused. */
  readonly refusal: string | undefined;
}

/** Throws 400 with the decoder's own words when the types are wrong. */
function check(kind: Kind, body: Record<string, unknown>, options: WriteOptions): Checked {
  const { object, unknownFields } = decode(kind.definition, body);
  const unknown = unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`);
  const complaints = [...(options.complaints ?? []), ...unknown];
  const mode = options.fieldValidation ?? 'Warn';
  return {
    object,
    warnings: mode === 'Warn' ? complaints : [],
    refusal: mode === 'Strict' && complaints.length > 0 ? `strict decoding error: ${complaints.join(', ')}` : undefined,
  };
}

/** For POST and PUT. Throws 400. */
export function decodeBody(kind: Kind, input: unknown, options: WriteOptions): Decoded {
  const { definition } = kind;
  const body = withTypeMeta(kind, asObject(input, `${definition.version}.${definition.kind}`));
  const { refusal, ...decoded } = check(kind, body, options);
  if (refusal !== undefined) {
    throw badRequest(
      `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}: ${refusal}`,
    );
  }
  return decoded;
}

/** For the result of a patch: what is wrong with it is wrong with the patch, a 422. */
export function decodePatched(kind: Kind, patched: unknown, options: WriteOptions): Decoded {
  const { refusal, ...decoded } = asPatchError(() => {
    const { definition } = kind;
    return check(kind, withTypeMeta(kind, asObject(patched, `${definition.version}.${definition.kind}`)), options);
  });
  if (refusal !== undefined) {
    throw invalidPatch(refusal);
  }
  return decoded;
}

function asPatchError<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'BadRequest') {
      throw invalidPatch(error.message);
    }
    throw error;
  }
}

/** The reference prints the whole patched object here; it may be a Secret, so this does not. */
const invalidPatch = (why: string): StatusError =>
  invalid({ group: '', kind: '' }, '', [
    { reason: 'FieldValueInvalid', message: `Invalid value: "<omitted>": ${why}`, field: 'patch' },
  ]);
