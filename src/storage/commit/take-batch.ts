/**
 * Which of the waiting writes share the next transaction. A statement changes a row once, so a batch has each key once;
 * a later write of the same key may follow it when its outcome is told by the first one's.
 */
import { StatusError } from '../../errors.ts';
import type { Write, WriteResult } from '../object-store.ts';

/** Measured: larger batches gain nothing and make their neighbours wait. */
const MAX_BATCH_WRITES = 500;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

export type Outcome = WriteResult | StatusError;

interface Waiting {
  readonly write: Write;
  /** The same, one behind the other, for all that share a transaction with no others. Of different keys. */
  readonly together?: object | undefined;
}
export interface Follower<T> {
  readonly pending: T;
  /** The first write of its key, and its position in the batch. */
  readonly leader: Write;
  readonly leaderAt: number;
}
export interface Taken<T> {
  /** Of different keys, in order. */
  readonly batch: readonly T[];
  readonly followers: readonly Follower<T>[];
  readonly rest: T[];
}

/** In order: ends before the first write that can join neither the batch nor its followers. */
export function takeBatch<T extends Waiting>(queue: readonly T[]): Taken<T> {
  const together = queue[0]?.together;
  if (together === undefined) {
    return takeAlone(queue);
  }
  const size = queue.findLastIndex((pending) => pending.together === together) + 1;
  return { batch: queue.slice(0, size), followers: [], rest: queue.slice(size) };
}

function takeAlone<T extends Waiting>(queue: readonly T[]): Taken<T> {
  const leaders = new Map<string, { readonly at: number; readonly write: Write }>();
  const batch: T[] = [];
  const followers: Follower<T>[] = [];
  let bytes = 0;
  let size = 0;
  for (const pending of queue) {
    const { write } = pending;
    const key = `${write.resource}\0${write.namespace}\0${write.name}`;
    const leader = leaders.get(key);
    bytes += write.body.length;
    const isFull = size === MAX_BATCH_WRITES || (size > 0 && bytes > MAX_BATCH_BYTES);
    if (isFull || pending.together !== undefined || !mayFollow(leader?.write, write)) {
      break;
    }
    if (leader === undefined) {
      leaders.set(key, { at: batch.push(pending) - 1, write });
    } else {
      followers.push({ pending, leader: leader.write, leaderAt: leader.at });
    }
    size += 1;
  }
  return { batch, followers, rest: queue.slice(size) };
}

/** Both want the same state before them: if the leader is refused so is the follower, for the same reason. */
function mayFollow(leader: Write | undefined, write: Write): boolean {
  if (leader === undefined) {
    return true;
  }
  if (!isSameFence(leader, write)) {
    return false;
  }
  return leader.op === 'create' || write.op === 'create'
    ? leader.op === write.op
    : leader.expected.uid === write.expected.uid && leader.expected.revision === write.expected.revision;
}

const isSameFence = ({ fence: a }: Write, { fence: b }: Write): boolean =>
  a === b || (a?.shard === b?.shard && a?.holder === b?.holder && a?.epoch === b?.epoch);

/** If the leader was accepted, the state that the follower wants is no more. */
export function followerOutcome(leader: Write, outcome: Outcome): Outcome {
  if (outcome instanceof StatusError || !outcome.ok) {
    return outcome;
  }
  const reasons = { create: 'exists', update: 'conflict', delete: 'gone' } as const;
  return { ok: false, reason: reasons[leader.op] };
}
