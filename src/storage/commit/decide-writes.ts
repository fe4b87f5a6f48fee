/** Compare-and-set of one batch, in order, against what the rows hold under the counter's lock. Pure. */
import type { ChangeType, Fence, Write, WriteResult } from '../object-store.ts';

export interface AcceptedWrite {
  readonly write: Write;
  readonly type: ChangeType;
  readonly revision: number;
}
export interface Decision {
  /** In the order of the writes. */
  readonly results: readonly WriteResult[];
  readonly accepted: readonly AcceptedWrite[];
}
export interface CurrentState {
  readonly uid: string;
  readonly revision: number;
}

export const writeKey = ({ resource, namespace, name }: Pick<Write, 'resource' | 'namespace' | 'name'>): string =>
  `${resource}\0${namespace}\0${name}`;
export const fenceKey = ({ shard, holder, epoch }: Fence): string => `${shard}\0${holder}\0${epoch}`;

const TYPES = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

/** `lastRevision` is the counter's value; each accepted write takes the next one: dense, in order. */
export function decideWrites(
  writes: readonly Write[],
  current: ReadonlyMap<string, CurrentState>,
  heldFences: ReadonlySet<string>,
  lastRevision: number,
): Decision {
  const states = new Map(current);
  const accepted: AcceptedWrite[] = [];
  const results = writes.map((write): WriteResult => {
    const key = writeKey(write);
    const reason = refusal(write, states.get(key), heldFences);
    if (reason !== undefined) {
      return { ok: false, reason };
    }
    const revision = lastRevision + accepted.length + 1;
    accepted.push({ write, type: TYPES[write.op], revision });
    // No later write of the batch can have read this one's outcome: NaN equals no revision, not even a guessed one.
    if (write.op === 'delete') {
      states.delete(key);
    } else {
      states.set(key, { uid: write.uid, revision: Number.NaN });
    }
    return { ok: true, revision };
  });
  return { results, accepted };
}

function refusal(
  write: Write,
  state: CurrentState | undefined,
  heldFences: ReadonlySet<string>,
): Extract<WriteResult, { ok: false }>['reason'] | undefined {
  if (write.fence !== undefined && !heldFences.has(fenceKey(write.fence))) {
    return 'fenced';
  }
  if (write.op === 'create') {
    return state === undefined ? undefined : 'exists';
  }
  if (state === undefined) {
    return 'gone';
  }
  const { uid, revision } = write.expected;
  return state.uid === uid && state.revision === revision ? undefined : 'conflict';
}
