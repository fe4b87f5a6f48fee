/** What the embedded server is told, as `-c` flags: always this release's, whatever an old data folder says. */
import { socketFolder } from './socket-folder.ts';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_permissions: '0700',
  max_connections: '200',
  shared_buffers: '256MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Every statement of Flotilla's is short; compiling one costs more than running it.
  jit: 'off',
  // Churned rows are vacuumed before they spread; the default waits a minute between looks.
  autovacuum_naptime: '10s',
  // An orphan notices a client that is gone, so that its stop is not held up by a long query.
  client_connection_check_interval: '2s',
  // ERROR is the client's to log, with more context; the file gets what the server itself does and dies of.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  // initdb writes the data folder's own answers; these two could otherwise be set to reach outside of it.
  logging_collector: 'off',
  log_destination: 'stderr',
};

export const serverArguments = (dataFolder: string, port: number): string[] => [
  '-D',
  dataFolder,
  ...Object.entries({
    ...SETTINGS,
    port: String(port),
    unix_socket_directories: socketFolder(dataFolder) ?? '',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];
