/** A saved fleet as it is read: what its head tells, and its rows. Told before anything is touched. */
import { StartupError } from '../../errors.ts';
import { type SnapshotHead, type SnapshotRow, TABLES } from './tables.ts';

export interface Snapshot {
  readonly head: SnapshotHead;
  /** Once. */
  readonly rows: AsyncIterable<SnapshotRow>;
}

/** Throws StartupError for what is no snapshot; so do its rows. */
export async function readSnapshot(lines: AsyncIterator<string>): Promise<Snapshot> {
  const first = await lines.next();
  const head = parseHead(first.done === true ? '' : first.value);
  return { head, rows: rowsOf(lines) };
}

function parseHead(line: string): SnapshotHead {
  const head = parseLine(line, 'This is not a snapshot of flotilla snapshot save') as Partial<SnapshotHead> | null;
  if (head?.flotillaSnapshot === 1) {
    return head as SnapshotHead;
  }
  throw new StartupError('This is not a snapshot of flotilla snapshot save');
}

async function* rowsOf(lines: AsyncIterator<string>): AsyncGenerator<SnapshotRow> {
  let number = 1;
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    number += 1;
    const row = parseLine(next.value, `Line ${number} of the snapshot is damaged`) as SnapshotRow | null;
    if (row === null || !TABLES.includes(row.table)) {
      throw new StartupError(`The snapshot has rows of ${JSON.stringify(row?.table)}, which is no table of a fleet`);
    }
    yield row;
  }
}

function parseLine(line: string, otherwise: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new StartupError(otherwise, { cause });
  }
}
