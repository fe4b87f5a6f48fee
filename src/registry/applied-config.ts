/** The body of a server-side apply: an object of the kind of which the applier says only what it cares for. */
import { badRequest, StatusError } from '../errors.ts';
import { decode } from '../resources/decode.ts';
import { shapeOf } from '../resources/typed-shape.ts';
import type { JsonObject, KubeObject } from '../values/object.ts';
import { checkItems } from '../values/typed/check-items.ts';
import { takeBreak } from './break.ts';
import type { Kind } from './context.ts';
import { asObject } from './json-object.ts';
import type { WriteOptions } from './registry.ts';
import { checkName, settleNamespace } from './request-names.ts';

export interface AppliedConfig {
  /** Types checked, values canonical, nothing defaulted. */
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Source: structuredmerge.go. `errors` as structured-merge-diff joins them. */
function notTyped(kind: Kind, namespace: string, name: string, errors: readonly string[]): StatusError {
  const of = `${namespace === '' ? '' : `${namespace}/`}${name}; ${kind.apiVersion}, Kind=${kind.definition.kind}`;
  const text = errors.length === 1 ? errors[0] : `errors:\n${errors.map((each) => `  ${each}`).join('\n')}`;
  return badRequest(`failed to create typed patch object (${of}): ${text}`);
}

function checkTypeMeta(kind: Kind, body: Record<string, unknown>): void {
  const { apiVersion = '', kind: kindName = '' } = body;
  if (apiVersion !== kind.apiVersion) {
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${String(apiVersion)}, ` +
        `expected: ${kind.apiVersion}`,
    );
  }
  if (kindName !== kind.definition.kind) {
    throw badRequest(`invalid object type: ${String(apiVersion)}, Kind=${String(kindName)}`);
  }
}

/** Throws 400 on what does not fit the schema: an unknown field has no owner, whatever fieldValidation says. */
function decodeConfig(kind: Kind, namespace: string, name: string, body: Record<string, unknown>): KubeObject {
  try {
    const { object, unknownFields } = decode(kind.definition, body);
    if (unknownFields.length > 0) {
      const errors = unknownFields.map((field) => `.${field}: field not declared in schema`);
      throw notTyped(kind, namespace, name, errors);
    }
    return object;
  } catch (error) {
    if (
      error instanceof StatusError &&
      error.reason === 'BadRequest' &&
      !error.message.startsWith('failed to create')
    ) {
      throw notTyped(kind, namespace, name, [error.message]);
    }
    throw error;
  }
}

/** Throws 400. */
export async function readAppliedConfig(
  kind: Kind,
  namespace: string,
  name: string,
  input: unknown,
  options: WriteOptions,
): Promise<AppliedConfig> {
  const { fieldValidation = 'Warn', complaints = [] } = options;
  const body = asObject(input, 'map[string]interface {}');
  checkTypeMeta(kind, body);
  if (complaints.length > 0 && fieldValidation === 'Strict') {
    throw badRequest(`error strict decoding YAML: ${complaints.join(', ')}`);
  }
  const object = decodeConfig(kind, namespace, name, body);
  if (object.metadata.managedFields !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  settleNamespace(kind, object.metadata, namespace);
  // One that is there has its name already.
  if ((object.metadata.name ?? '') !== '') {
    checkName(object.metadata, name);
  }
  await takeBreak(options);
  const ambiguous = checkItems(shapeOf(kind.definition), object as unknown as JsonObject);
  if (ambiguous.length > 0) {
    throw notTyped(kind, namespace, name, ambiguous);
  }
  return { object, warnings: fieldValidation === 'Warn' ? complaints : [] };
}
