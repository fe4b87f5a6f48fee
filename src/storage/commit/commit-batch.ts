/** One transaction for a batch of writes. Lock order for all: fences by shard, the counter, due rows by key. */
import type { ClientBase, Pool, PoolClient } from 'pg';
import { addDue } from '../due-rows.ts';
import { isNodeLease } from '../lease-overlay.ts';
import type { Change, Fence, Write, WriteResult } from '../object-store.ts';
import { outcomeUnknown } from '../postgres-errors.ts';
import { type AcceptedWrite, type Decision, decideWrites, fenceKey, writeKey } from './decide-writes.ts';
import { toChange } from './normalize-write.ts';
import { applyWrites, deleteNodeLeases, lockCounter, lockFences, readCurrent, saveNodeLeases } from './statements.ts';

export interface Committed {
  readonly results: readonly WriteResult[];
  /** In revision order, without a gap. */
  readonly changes: readonly Change[];
}

/** All of the batch or nothing. */
export interface Together {
  readonly dryRun: boolean;
}

/** More would be built and sent in one turn of the event loop, and others of the process would wait. */
const STATEMENT_WRITES = 500;

/** Throws what Postgres answered if nothing was written, a StatusError if that is unknown. */
export async function commitBatch(pool: Pool, writes: readonly Write[], together?: Together): Promise<Committed> {
  const client = await pool.connect();
  try {
    const decision = await decide(client, writes);
    const changes = isToBeWritten(decision, together) ? decision.accepted.map(toChange) : [];
    if (changes.length === 0) {
      await client.query('ROLLBACK');
    } else {
      await apply(client, decision.accepted, changes);
      await finish(client);
    }
    client.release();
    return { results: decision.results, changes };
  } catch (error) {
    await abandon(client);
    throw error;
  }
}

const isToBeWritten = ({ accepted, results }: Decision, together: Together | undefined): boolean =>
  together === undefined || (!together.dryRun && accepted.length === results.length);

/** The statements go out together (pg's pipelining): one round trip. */
async function decide(client: ClientBase, writes: readonly Write[]): Promise<Decision> {
  const fences = distinctFences(writes);
  const [, held, last, rows] = await Promise.all([
    client.query('BEGIN'),
    fences.length === 0 ? [] : lockFences(client, fences),
    lockCounter(client),
    readCurrent(client, writes),
  ]);
  const heldFences = new Set(held.flatMap((at) => fences[at] ?? []).map(fenceKey));
  const current = new Map(rows.flatMap(({ at, uid, revision }) => keyed(writes[at], { uid, revision })));
  return decideWrites(writes, current, heldFences, last);
}

const keyed = <T>(write: Write | undefined, value: T): [string, T][] =>
  write === undefined ? [] : [[writeKey(write), value]];

function distinctFences(writes: readonly Write[]): Fence[] {
  const fences = writes.flatMap(({ fence }) => fence ?? []);
  return [...new Map(fences.map((fence) => [fenceKey(fence), fence])).values()];
}

async function apply(
  client: ClientBase,
  accepted: readonly AcceptedWrite[],
  changes: readonly Change[],
): Promise<void> {
  const writes = accepted.map(({ write }) => write);
  const due = writes.flatMap((write) => write.due ?? []);
  const leases = writes.filter(isNodeLease);
  const saved = leases.filter(({ op }) => op !== 'delete');
  const deleted = leases.filter(({ op }) => op === 'delete').map(({ name }) => name);
  let from = 0;
  for (; from + STATEMENT_WRITES < accepted.length; from += STATEMENT_WRITES) {
    const to = from + STATEMENT_WRITES;
    await applyWrites(client, accepted.slice(from, to), changes.slice(from, to));
  }
  await Promise.all([
    applyWrites(client, accepted.slice(from), changes.slice(from)),
    ...(saved.length === 0 ? [] : [saveNodeLeases(client, saved)]),
    ...(deleted.length === 0 ? [] : [deleteNodeLeases(client, deleted)]),
    ...(due.length === 0 ? [] : [addDue(client, due)]),
  ]);
}

async function finish(client: ClientBase): Promise<void> {
  const { command } = await client.query('COMMIT').catch((error: unknown) => {
    throw outcomeUnknown(error);
  });
  if (command !== 'COMMIT') {
    throw new Error(`COMMIT was answered with ${command}`);
  }
}

/** Whatever state the connection is in, its transaction ends with it. */
async function abandon(client: PoolClient): Promise<void> {
  const failure = await client.query('ROLLBACK').then(
    () => undefined,
    (error: Error) => error,
  );
  client.release(failure);
}
