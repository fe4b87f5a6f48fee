/** How many rows the next FETCH of a list asks for: bytes are what is bounded, and rows are what SQL counts. Pure. */

const BATCH_CHARACTERS = 256 * 1024;
/** A run of small rows may end at large ones: so many of them at most come at once. */
const MAX_ROWS = 200;

/** From the batch before; grows at most twofold. */
export function nextBatchRows(asked: number, batch: readonly { readonly body: string }[]): number {
  const characters = batch.reduce((sum, { body }) => sum + body.length, 0);
  const fitting = characters === 0 ? MAX_ROWS : Math.floor((BATCH_CHARACTERS * batch.length) / characters);
  return Math.max(1, Math.min(fitting, asked * 2, MAX_ROWS));
}
