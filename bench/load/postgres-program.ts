/** Rows of a pod's size into a plain table: one a transaction (the floor), or many a statement (the ceiling). */
import pg from 'pg';
import { textArray } from '../../src/storage/binary-array.ts';
import { closedLoop, type LoopOptions, type LoopReport } from './closed-loop.ts';
import { podBytes } from './manifests.ts';
import { runProgram } from './program.ts';

export interface PostgresLoadOptions extends LoopOptions {
  readonly url: string;
  readonly seed: number;
  readonly rowsPerStatement: number;
  readonly table: string;
}

await runProgram(async ({ url, seed, rowsPerStatement, table, ...loop }: PostgresLoadOptions): Promise<LoopReport> => {
  const options = '-c synchronous_commit=on';
  const clients = Array.from({ length: loop.clients }, () => new pg.Client({ connectionString: url, options }));
  await Promise.all(clients.map((client) => client.connect()));
  const body = podBytes(seed).toString();
  const text = `INSERT INTO ${table} SELECT * FROM unnest($1::text[], $2::text[])`;
  let rows = 0;
  return closedLoop(loop, async (index) => {
    const names = Array.from({ length: rowsPerStatement }, (_, i) => `pod-${rows + i}`);
    rows += rowsPerStatement;
    await clients[index]?.query({ name: 'insert', text, values: [textArray(names), textArray(names.map(() => body))] });
    return rowsPerStatement;
  });
});
