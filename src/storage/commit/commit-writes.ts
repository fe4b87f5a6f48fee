/**
 * The statement of a group commit: a call of `commit_writes` (see `migrations/`), a transaction of its own. Arrays are
 * binary. It runs on a connection with `INDEX_ONLY`.
 */
import type { ClientBase } from 'pg';
import { arrayLiteral, bigintArray, textArray } from '../binary-array.ts';
import { isNodeLease, renewTimeOf } from '../lease-overlay.ts';
import type { Fence, Write, WriteResult } from '../object-store.ts';
import { CHANGE_TYPES } from './to-change.ts';

type Refusal = Extract<WriteResult, { ok: false }>['reason'];

export interface Judgement {
  /** The counter's value before the batch: accepted writes have the revisions after it, in order, without a gap. */
  readonly lastRevision: number;
  /** By position, from 0. */
  readonly refused: ReadonlyMap<number, Refusal>;
}

const TYPES = [
  ...['text', 'text', 'text', 'text', 'text', 'text', 'bigint', 'text', 'text', 'text', 'text', 'text', 'text', 'text'],
  ...['bigint', 'text', 'text', 'bigint', 'bigint', 'text', 'text', 'bigint'],
];
const ARRAYS = TYPES.map((type, index) => `$${index + 1}::${type}[]`);
const CALL = `SELECT * FROM commit_writes(${ARRAYS.join(', ')}, $${TYPES.length + 1}::text)`;

/** Of different keys. `origin` goes with the notification. */
export async function commitWrites(client: ClientBase, writes: readonly Write[], origin: string): Promise<Judgement> {
  const { rows } = await client.query<{ last_revision: number; refused: string[]; reasons: Refusal[] }>({
    name: 'commit-writes',
    text: CALL,
    values: [...objectArrays(writes), ...fenceArrays(writes), ...dueArrays(writes), origin],
  });
  const [row] = rows;
  if (row === undefined) {
    throw new Error('commit_writes answered nothing');
  }
  const refused = row.refused.flatMap((at, index): [number, Refusal][] => {
    const reason = row.reasons[index];
    return reason === undefined ? [] : [[Number(at) - 1, reason]];
  });
  return { lastRevision: row.last_revision, refused: new Map(refused) };
}

function objectArrays(writes: readonly Write[]): Buffer[] {
  const texts = (of: (write: Write) => string): Buffer => textArray(writes.map(of));
  return [
    texts(({ op }) => CHANGE_TYPES[op]),
    texts(({ resource }) => resource),
    texts(({ namespace }) => namespace),
    texts(({ name }) => name),
    texts(({ uid }) => uid),
    texts((write) => (write.op === 'create' ? '' : write.expected.uid)),
    bigintArray(writes.map((write) => (write.op === 'create' ? 0 : write.expected.revision))),
    texts(({ labels }) => JSON.stringify(labels)),
    texts(({ fields }) => JSON.stringify(fields)),
    texts(({ ownerUids }) => arrayLiteral(ownerUids)),
    texts(({ controllerUid }) => controllerUid),
    texts(({ body }) => body),
    textArray(writes.map((write) => (isNodeLease(write) ? renewTimeOf(write.body) : null))),
    textArray(writes.map(({ claims }) => (claims === undefined ? null : arrayLiteral(claims)))),
  ];
}

const fenceKey = ({ shard, holder, epoch }: Fence): string => `${shard}\0${holder}\0${epoch}`;

/** Which fence each write has, and the fences, each once. */
function fenceArrays(writes: readonly Write[]): Buffer[] {
  const positions = new Map<string, number>();
  const fences: Fence[] = [];
  const fenceAt = writes.map(({ fence }) => {
    if (fence === undefined) {
      return 0;
    }
    const key = fenceKey(fence);
    const position = positions.get(key) ?? fences.push(fence);
    positions.set(key, position);
    return position;
  });
  return [
    bigintArray(fenceAt),
    textArray(fences.map(({ shard }) => shard)),
    textArray(fences.map(({ holder }) => holder)),
    bigintArray(fences.map(({ epoch }) => epoch)),
  ];
}

function dueArrays(writes: readonly Write[]): Buffer[] {
  const due = writes.flatMap((write) => write.due ?? []);
  return [
    bigintArray(writes.flatMap((write, at) => (write.due ?? []).map(() => at + 1))),
    textArray(due.map(({ shard }) => shard)),
    textArray(due.map(({ key }) => key)),
    bigintArray(due.map(({ afterMs = 0 }) => Math.round(afterMs))),
  ];
}
