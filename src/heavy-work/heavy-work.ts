/**
 * heavy-work/: what would hold up the main thread, done in worker threads: texts in, texts out, so that little is copied.
 * May import what is to be done there: api, registry, resources, values; and timing. A StatusError crosses as its parts.
 * The thread's program is `heavy-thread.ts`, who calls it `calls.ts`.
 *
 * This file: the tasks, and one of them done.
 */
import { type BodyFormat, parseBytes } from '../api/http/parse-bytes.ts';
import { NotJson } from '../api/http/parse-json.ts';
import { type StatusDetails, StatusError, type StatusReason } from '../errors.ts';
import { applyPatch } from '../registry/apply-patch.ts';
import { type Kind, newKind } from '../registry/context.ts';
import {
  type AppliedTexts,
  parseEntries,
  parseObject,
  type ToApply,
  type ToPatch,
  type ToTell,
  type ToTrack,
  type ToTrackNew,
  type ToValidate,
  type TrackedText,
} from '../registry/elsewhere.ts';
import { stateOfNew, stateOver } from '../registry/managed-fields/applied-state.ts';
import { ownershipOf } from '../registry/managed-fields/ownership.ts';
import { entriesOfUpdate, trackCreate } from '../registry/managed-fields/track-update.ts';
import { withWholeEntries } from '../registry/managed-fields/whole-entries.ts';
import { validateChanged, validateNew } from '../registry/validate-write.ts';
import { RESOURCES, resourceId } from '../resources/index.ts';

interface ToParse {
  readonly format: BodyFormat;
  readonly body: Uint8Array;
}
interface ParsedText {
  /** undefined: the body is this already. */
  readonly json: string | undefined;
  readonly complaints: readonly string[];
}

/** What each is given, and what it makes of that. */
interface Tasks {
  readonly parse: (given: ToParse) => ParsedText;
  readonly validate: (given: ToValidate) => readonly string[];
  readonly patch: (given: ToPatch) => string;
  readonly apply: (given: ToApply) => AppliedTexts;
  readonly trackNew: (given: ToTrackNew) => string | undefined;
  readonly track: (given: ToTrack) => TrackedText;
  readonly tellWhole: (given: ToTell) => string;
}
export type Task = keyof Tasks;
export type Given<T extends Task> = Parameters<Tasks[T]>[0];
export type Done<T extends Task> = ReturnType<Tasks[T]>;

export interface HeavyWork<T extends Task = Task> {
  readonly task: T;
  readonly given: Given<T>;
}
interface Refused {
  readonly reason: StatusReason;
  readonly message: string;
  readonly details: StatusDetails | undefined;
  /** Of a NotJson. */
  readonly why?: string;
}
export type HeavyResult<T extends Task = Task> = { readonly done: Done<T> } | { readonly refused: Refused };

/** About 65,000 lines of `key: value`: two seconds. */
const MAX_LEXEMES = 400_000;

function kindOf(resource: string): Kind {
  const definition = RESOURCES.find((each) => resourceId(each) === resource);
  if (definition === undefined) {
    throw new Error(`no kind ${resource}`);
  }
  return newKind(definition, resource);
}

const textOf = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

const TASKS: Tasks = {
  parse({ format, body }) {
    const { value, complaints } = parseBytes(format, Buffer.from(body), MAX_LEXEMES);
    return { json: format === 'json' ? undefined : JSON.stringify(value), complaints };
  },
  validate({ resource, object, update }) {
    const kind = kindOf(resource);
    return update === undefined
      ? validateNew(kind, parseObject(object))
      : validateChanged(kind, update.scope, parseObject(object), parseObject(update.old));
  },
  patch({ resource, current, type, patch }) {
    const request = { type, patch: JSON.parse(patch) as unknown };
    return JSON.stringify(applyPatch(kindOf(resource).definition, parseObject(current), request));
  },
  apply({ resource, live, config, ...request }) {
    const [kind, wish] = [kindOf(resource), parseObject(config)];
    const { object, entries, isSameSet } =
      live === undefined ? stateOfNew(kind, wish, request) : stateOver(kind, parseObject(live), wish, request);
    return { object: JSON.stringify(object), entries: textOf(entries()), isSameSet };
  },
  trackNew: ({ resource, object, writer }) =>
    textOf(trackCreate(ownershipOf(kindOf(resource), ''), parseObject(object), writer)),
  track({ resource, subresource, old: before, object, given, writer, isClient }) {
    const old = parseObject(before);
    const update = { subresource, old, object: parseObject(object), given: parseEntries(given) };
    const entries = entriesOfUpdate(kindOf(resource), update, writer, isClient);
    return entries === old.metadata.managedFields ? { isNoted: true } : { isNoted: false, entries: textOf(entries) };
  },
  tellWhole: ({ resource, body }) => withWholeEntries(ownershipOf(kindOf(resource), ''), body),
};

export function doHeavyWork<T extends Task>({ task, given }: HeavyWork<T>): HeavyResult<T> {
  try {
    const work = TASKS[task] as (given: Given<T>) => Done<T>;
    return { done: work(given) };
  } catch (error) {
    if (error instanceof StatusError) {
      const { reason, message, details } = error;
      return { refused: { reason, message, details, ...(error instanceof NotJson ? { why: error.why } : {}) } };
    }
    throw error;
  }
}
