/** The last step of every write: commit, then ring each shard that the write made due, once. */
import { alreadyExists, conflict, notFound, type StatusError } from '../errors.ts';
import type { Write, WriteResult } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import type { Kind, RegistryContext } from './context.ts';
import { forgetWritten } from './forget-written.ts';
import { ringShards } from './ring-shards.ts';

export type WriteFailure = Extract<WriteResult, { ok: false }>['reason'];

export function ringFor(
  context: RegistryContext,
  writes: readonly Write[],
  results: readonly (WriteResult | Error)[],
): void {
  const due = writes.flatMap((write, index) => {
    const result = results[index];
    forgetWritten(context, write);
    return result !== undefined && !(result instanceof Error) && result.ok ? (write.due ?? []) : [];
  });
  ringShards(context.doorbell, due);
}

/** A dry run answers as if it had been written, at the version there was before (0: none). */
export function rehearse(write: Write): WriteResult {
  return { ok: true, revision: write.op === 'create' ? 0 : write.expected.revision };
}

export async function commit(context: RegistryContext, write: Write, dryRun = false): Promise<WriteResult> {
  if (dryRun) {
    return rehearse(write);
  }
  const result = await context.objects.commit(write);
  ringFor(context, [write], [result]);
  return result;
}

export async function commitAll(
  context: RegistryContext,
  writes: readonly Write[],
  dryRun = false,
): Promise<WriteResult[]> {
  if (dryRun || writes.length === 0) {
    return writes.map(rehearse);
  }
  const results = await context.objects.commitAll(writes);
  ringFor(context, writes, results);
  return results;
}

/** Each write's own outcome, also when a commit fails for some of them: with `commitAll` one failure rejects all. */
export async function commitEach(
  context: RegistryContext,
  writes: readonly Write[],
): Promise<readonly (WriteResult | Error)[]> {
  const settled = await Promise.allSettled(writes.map((write) => context.objects.commit(write)));
  const outcomes = settled.map((one): WriteResult | Error => {
    if (one.status === 'fulfilled') {
      return one.value;
    }
    return one.reason instanceof Error ? one.reason : new Error(String(one.reason));
  });
  ringFor(context, writes, outcomes);
  return outcomes;
}

export const storedFrom = (write: Write, revision: number): StoredObject => ({
  resource: write.resource,
  namespace: write.namespace,
  name: write.name,
  uid: write.uid,
  revision,
  labels: write.labels,
  fields: write.fields,
  body: write.body,
});

const FENCED_MESSAGE = 'the shard that makes this write is held by another worker';

export function writeError(kind: Kind, name: string, reason: WriteFailure): StatusError {
  switch (reason) {
    case 'exists':
      return alreadyExists(kind.resource, name);
    case 'gone':
      return notFound(kind.resource, name);
    case 'conflict':
    case 'claimed':
      return conflict(kind.resource, name);
    case 'fenced':
      return conflict(kind.resource, name, FENCED_MESSAGE);
  }
}
