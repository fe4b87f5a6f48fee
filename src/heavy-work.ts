/**
 * What is handed to a worker thread: texts in, texts out, so that little is copied. A StatusError crosses as its parts.
 * The thread's program is `heavy-thread.ts`, who calls it `heavy-calls.ts`.
 */
import { type BodyFormat, parseBytes } from './api/http/parse-bytes.ts';
import { NotJson } from './api/http/parse-json.ts';
import { type StatusDetails, StatusError, type StatusReason } from './errors.ts';
import { applyPatch } from './registry/apply-patch.ts';
import { newKind, type ToValidate } from './registry/context.ts';
import type { PatchType } from './registry/registry.ts';
import { validateChanged, validateNew } from './registry/validate-write.ts';
import { RESOURCES, resourceId } from './resources/index.ts';
import type { KubeObject } from './values/object.ts';

export type HeavyWork =
  | { readonly task: 'parse'; readonly format: BodyFormat; readonly body: Uint8Array }
  | ({ readonly task: 'validate' } & ToValidate)
  | {
      readonly task: 'patch';
      readonly resource: string;
      readonly current: string;
      readonly type: PatchType;
      readonly patch: string;
    };

/** About 65,000 lines of `key: value`: two seconds. */
const MAX_LEXEMES = 400_000;

interface Done {
  /** undefined: the body that was parsed is this already. */
  readonly json: string | undefined;
  /** Warnings, where it was validated. */
  readonly complaints: readonly string[];
}
interface Refused {
  readonly reason: StatusReason;
  readonly message: string;
  readonly details: StatusDetails | undefined;
  /** Of a NotJson. */
  readonly why?: string;
}
export type HeavyResult = Done | Refused;

const definitionOf = (resource: string) => RESOURCES.find((each) => resourceId(each) === resource);

function validate({ resource, object, update }: ToValidate): readonly string[] {
  const definition = definitionOf(resource);
  if (definition === undefined) {
    throw new Error(`no kind ${resource}`);
  }
  const kind = newKind(definition, resource);
  const parsed = JSON.parse(object) as KubeObject;
  return update === undefined
    ? validateNew(kind, parsed)
    : validateChanged(kind, update.scope, parsed, JSON.parse(update.old) as KubeObject);
}

function work(given: HeavyWork): Done {
  switch (given.task) {
    case 'parse': {
      const { value, complaints } = parseBytes(given.format, Buffer.from(given.body), MAX_LEXEMES);
      return { json: given.format === 'json' ? undefined : JSON.stringify(value), complaints };
    }
    case 'validate':
      return { json: undefined, complaints: validate(given) };
    case 'patch': {
      const request = { type: given.type, patch: JSON.parse(given.patch) as unknown };
      const patched = applyPatch(definitionOf(given.resource), JSON.parse(given.current) as KubeObject, request);
      return { json: JSON.stringify(patched), complaints: [] };
    }
  }
}

export function doHeavyWork(given: HeavyWork): HeavyResult {
  try {
    return work(given);
  } catch (error) {
    if (error instanceof StatusError) {
      const { reason, message, details } = error;
      return { reason, message, details, ...(error instanceof NotJson ? { why: error.why } : {}) };
    }
    throw error;
  }
}
