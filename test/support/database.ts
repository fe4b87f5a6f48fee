/** A database of a test file's own: a copy of the migrated template, on the server that the run started. */
import { inject } from 'vitest';
import { execute, uniqueName, urlOf } from './template-database.ts';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = uniqueName('test');
  await execute(server, `create database ${name} template ${inject('templateDatabase')}`);
  return {
    url: urlOf(server, name),
    // force: a test that failed half-way may have left connections.
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  };
}
