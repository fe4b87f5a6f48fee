/** Many creates of one kind in one group of commits; a mode says how far the caller's objects are trusted. */
import { setImmediate } from 'node:timers/promises';
import { type StatusError, toError } from '../errors.ts';
import type { Write, WriteResult } from '../storage/object-store.ts';
import type { KubeObject } from '../values/object.ts';
import { takeBreak } from './break.ts';
import { cloneJson } from './clone-json.ts';
import { commitAll, storedFrom, type WriteFailure, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import type { Decoded } from './decode-body.ts';
import { GENERATE_NAME_ATTEMPTS, generatedNameTaken, generateName } from './generate-name.ts';
import { prepareCreate } from './hook-order.ts';
import type { WriteOptions, Written } from './registry.ts';
import { createWrite } from './stored-columns.ts';

/** Up to 20 ms of work; then other callers of the process get their turn. */
const SLICE = 50;

export interface CreateMode<T> {
  /** Gives the registry's own copy, apiVersion and kind settled. Throws StatusErrors. */
  readonly read: (kind: Kind, object: T, options: WriteOptions) => Decoded;
  readonly commit: (
    context: RegistryContext,
    kind: Kind,
    writes: readonly Write[],
    dryRun: boolean,
  ) => Promise<readonly (WriteResult | Error)[]>;
  readonly refusal: (
    context: RegistryContext,
    kind: Kind,
    write: Write,
    reason: WriteFailure,
  ) => StatusError | Promise<StatusError>;
}

/** For controllers: types are not checked, and a commit that fails rejects the whole, so that all is tried again. */
const TRUSTED: CreateMode<KubeObject> = {
  read: (kind, object) => ({
    object: { ...cloneJson(object), apiVersion: kind.apiVersion, kind: kind.definition.kind },
    warnings: [],
  }),
  commit: (context, _kind, writes, dryRun) => commitAll(context, writes, dryRun),
  refusal: (_context, kind, write, reason) => writeError(kind, write.name, reason),
};

interface Prepared {
  readonly index: number;
  readonly write: Write;
  readonly warnings: readonly string[];
  readonly isGenerated: boolean;
}

export const createAll = (
  context: RegistryContext,
  id: string,
  objects: readonly KubeObject[],
  options: WriteOptions = {},
): Promise<(Written | Error)[]> => createMany(context, TRUSTED, id, [...objects], options);

/** `object` is gone once it is encoded, unless what was drawn for it may have to be drawn anew. */
interface Open<T> {
  readonly index: number;
  object: T | undefined;
}

/** Answers in the order of `objects`, which are taken out of their list. */
export async function createMany<T>(
  context: RegistryContext,
  mode: CreateMode<T>,
  id: string,
  objects: T[],
  options: WriteOptions,
): Promise<(Written | Error)[]> {
  const kind = kindOf(context, id);
  const answers = new Array<Written | Error>(objects.length);
  let open: Open<T>[] = objects.splice(0).map((object, index) => ({ index, object }));
  for (let attempt = 1; open.length > 0 && attempt <= GENERATE_NAME_ATTEMPTS; attempt += 1) {
    const prepared = await prepareAll(context, kind, mode, open, answers, options);
    const writes = prepared.map(({ write }) => write);
    const results = writes.length === 0 ? [] : await mode.commit(context, kind, writes, options.dryRun ?? false);
    const taken = new Set<number>();
    await Promise.all(
      prepared.map(async (one, at) => {
        const { index, write, isGenerated } = one;
        const result = results[at] ?? ({ ok: false, reason: 'conflict' } as const);
        if (result instanceof Error || result.ok) {
          answers[index] = result instanceof Error ? result : written(one, result.revision);
        } else if (result.reason === 'claimed' || (result.reason === 'exists' && isGenerated)) {
          answers[index] =
            result.reason === 'claimed'
              ? writeError(kind, write.name, 'claimed')
              : generatedNameTaken(kind, write.name);
          taken.add(index);
        } else {
          answers[index] = await mode.refusal(context, kind, write, result.reason);
        }
      }),
    );
    open = open.filter(({ index }) => taken.has(index));
  }
  return answers;
}

const written = ({ write, warnings }: Prepared, revision: number): Written => ({
  object: storedFrom(write, revision),
  warnings,
  created: true,
});

/** What can be written among `open`; the refusals go into `answers`. */
async function prepareAll<T>(
  context: RegistryContext,
  kind: Kind,
  mode: CreateMode<T>,
  open: readonly Open<T>[],
  answers: (Written | Error)[],
  options: WriteOptions,
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const [done, one] of open.entries()) {
    if (done > 0 && done % SLICE === 0) {
      await setImmediate();
    }
    const { index } = one;
    try {
      const decoded = mode.read(kind, one.object as T, options);
      await takeBreak(options);
      const next = await prepareOne(context, kind, index, decoded, options);
      prepared.push(next);
      const mayBeTaken = next.isGenerated || kind.definition.allocation !== undefined;
      one.object = mayBeTaken ? one.object : undefined;
    } catch (error) {
      answers[index] = toError(error);
    }
  }
  return prepared;
}

async function prepareOne(
  context: RegistryContext,
  kind: Kind,
  index: number,
  decoded: Decoded,
  options: WriteOptions,
): Promise<Prepared> {
  const { object } = decoded;
  const { name = '', generateName: base = '', namespace = '' } = object.metadata;
  const isGenerated = name === '' && base !== '';
  if (isGenerated) {
    object.metadata.name = generateName(base, context.random);
  }
  const preparing = isGenerated ? { ...options, generatedFrom: base } : options;
  const prepared = await prepareCreate(context, kind, namespace, object, preparing);
  const warnings = [...decoded.warnings, ...prepared.warnings];
  return { index, write: createWrite(kind, object, prepared.body, options.fence), warnings, isGenerated };
}
