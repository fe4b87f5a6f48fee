/**
 * The binary form of COPY, piece by piece: whole rows as soon as their last byte is there. Pure.
 * Source: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
 */

/** `PGCOPY\n\377\r\n\0`, flags, and the length of an extension, of which there is none yet. */
const HEADER_BYTES = 19;
const NULL_LENGTH = -1;
/** Stands where a row has its number of fields: there are no more rows. */
const TRAILER = -1;

/** The bytes of each column; null for NULL. They are views of what was pushed. */
export type CopiedRow = readonly (Buffer | null)[];

export class CopiedRows {
  #pieces: Buffer[] = [];
  #held = 0;
  /** With fewer bytes than these no row is whole, so the pieces of a large row are joined once, not at each push. */
  #needed = HEADER_BYTES;
  #isBegun = false;

  push(piece: Buffer): CopiedRow[] {
    this.#pieces.push(piece);
    this.#held += piece.length;
    if (this.#held < this.#needed) {
      return [];
    }
    const [first = piece] = this.#pieces;
    const data = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces, this.#held);
    const rows: CopiedRow[] = [];
    let at = this.#isBegun ? 0 : HEADER_BYTES;
    this.#isBegun = true;
    for (let row = readRow(data, at); ; row = readRow(data, at)) {
      if (typeof row === 'number') {
        this.#needed = row - at;
        break;
      }
      rows.push(row.fields);
      at = row.end;
    }
    this.#pieces = at === data.length ? [] : [data.subarray(at)];
    this.#held = data.length - at;
    return rows;
  }
}

/** The row; or, when it is not whole yet, the offset up to which bytes are needed to read on. */
function readRow(data: Buffer, start: number): { fields: CopiedRow; end: number } | number {
  let at = start + 2;
  if (at > data.length || data.readInt16BE(start) === TRAILER) {
    return at;
  }
  const fields: (Buffer | null)[] = [];
  for (let left = data.readInt16BE(start); left > 0; left -= 1) {
    if (at + 4 > data.length) {
      return at + 4;
    }
    const length = data.readInt32BE(at);
    at += 4;
    if (length === NULL_LENGTH) {
      fields.push(null);
      continue;
    }
    if (at + length > data.length) {
      return at + length;
    }
    fields.push(data.subarray(at, at + length));
    at += length;
  }
  return { fields, end: at };
}
