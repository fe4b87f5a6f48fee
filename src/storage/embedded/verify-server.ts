/** First contact with the started server: is it ours, which version is it, does it have Flotilla's database. */
import pg from 'pg';
import { StartupError } from '../../errors.ts';
import { SUPERUSER } from './data-folder.ts';
import { passwordFile } from './password.ts';
import { socketFolder } from './socket-folder.ts';

export const DATABASE = 'flotilla';

/** By the server's Unix socket, if it has one; as libpq reads it too. */
export function databaseUrl({ port, password, dataFolder }: Omit<VerifyOptions, 'home'>, database: string): string {
  const folder = socketFolder(dataFolder);
  const url = `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  return folder === undefined ? url : `${url}?host=${folder}`;
}

/** SQLSTATE invalid_password, invalid_authorization_specification. */
const REFUSED = ['28P01', '28000'];

export interface VerifyOptions {
  readonly home: string;
  readonly port: number;
  readonly password: string;
  readonly dataFolder: string;
}

/** Returns the server's version. */
export async function verifyServer({ home, ...server }: VerifyOptions): Promise<string> {
  const client = new pg.Client({
    connectionString: databaseUrl(server, 'postgres'),
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
  });
  // The failure of a query or of connect() reports the same; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await checkOurs(client, server.dataFolder);
    await ensureDatabase(client);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? '';
  } catch (error) {
    if (error instanceof pg.DatabaseError && REFUSED.includes(error.code ?? '')) {
      throw new StartupError(
        `The password in ${passwordFile(home)} is not the server's: delete the file, and the next start sets a new one`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    await client.end();
  }
}

async function checkOurs(client: pg.Client, dataFolder: string): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  if (rows[0]?.data_directory !== dataFolder) {
    throw new StartupError(
      `The server on port ${client.port} serves ${rows[0]?.data_directory}, not ${dataFolder}: stop it or configure another port`,
    );
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount === 0) {
    await client.query(`create database ${DATABASE}`);
  }
}
