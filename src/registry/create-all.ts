/** Many creates of one kind in one group of commits, for controllers. The types are trusted; every hook runs. */
import { setImmediate } from 'node:timers/promises';
import type { Write } from '../storage/object-store.ts';
import type { KubeObject } from '../values/object.ts';
import { cloneJson } from './clone-json.ts';
import { commitAll, storedFrom, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { GENERATE_NAME_ATTEMPTS, generatedNameTaken, generateName } from './generate-name.ts';
import { prepareCreate } from './hook-order.ts';
import type { WriteOptions, Written } from './registry.ts';
import { createWrite } from './stored-columns.ts';

/** About 20 ms of work; then other callers of the process get their turn. */
const SLICE = 200;

interface Prepared {
  readonly index: number;
  readonly write: Write;
  readonly warnings: readonly string[];
}

export async function createAll(
  context: RegistryContext,
  id: string,
  objects: readonly KubeObject[],
  options: WriteOptions = {},
): Promise<(Written | Error)[]> {
  const kind = kindOf(context, id);
  const answers = new Array<Written | Error>(objects.length);
  let open = objects.map((_, index) => index);
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const prepared = await prepareAll(context, kind, objects, open, answers, options);
    const results = await commitAll(
      context,
      prepared.map(({ write }) => write),
      options.dryRun,
    );
    open = [];
    prepared.forEach(({ index, write, warnings }, at) => {
      const result = results[at];
      if (result?.ok === true) {
        answers[index] = { object: storedFrom(write, result.revision), warnings, created: true };
      } else if (result?.reason === 'exists' && isGenerated(objects[index])) {
        answers[index] = generatedNameTaken(kind, write.name);
        open.push(index);
      } else {
        answers[index] = writeError(kind, write.name, result?.reason ?? 'conflict');
      }
    });
    if (attempt === GENERATE_NAME_ATTEMPTS) {
      break;
    }
  }
  return answers;
}

const isGenerated = (object: KubeObject | undefined): boolean => (object?.metadata.name ?? '') === '';

/** What can be written among `open`; the refusals go into `answers`. */
async function prepareAll(
  context: RegistryContext,
  kind: Kind,
  objects: readonly KubeObject[],
  open: readonly number[],
  answers: (Written | Error)[],
  options: WriteOptions,
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const [done, index] of open.entries()) {
    if (done > 0 && done % SLICE === 0) {
      await setImmediate();
    }
    try {
      const object = cloneJson(objects[index]) as KubeObject;
      prepared.push(await prepareOne(context, kind, index, object, options));
    } catch (error) {
      answers[index] = error instanceof Error ? error : new Error(String(error));
    }
  }
  return prepared;
}

async function prepareOne(
  context: RegistryContext,
  kind: Kind,
  index: number,
  given: KubeObject,
  options: WriteOptions,
): Promise<Prepared> {
  const object: KubeObject = { ...given, apiVersion: kind.apiVersion, kind: kind.definition.kind };
  const { name = '', generateName: base = '', namespace = '' } = object.metadata;
  if (name === '' && base !== '') {
    object.metadata.name = generateName(base, context.random);
  }
  const warnings = await prepareCreate(context, kind, namespace, object);
  return { index, write: createWrite(kind, object, options.fence), warnings };
}
