/**
 * BullMQ's Postgres backend with every connection's errors heard. As of 6.7 it listens for them a microtask after its
 * LISTEN connection is ready, and not while it migrates: a connection that is cut in that moment ends the process
 * (seen within seconds when all connections were terminated again and again).
 */
import { type BackendFactory, createPostgresBackend } from 'bullmq';

interface Heard {
  on(event: 'error', listener: () => void): unknown;
}
interface Connection {
  readonly pool: { on(event: 'connect', listener: (client: Heard) => void): unknown };
  /** `pg`, from which it makes the LISTEN connection. */
  pgModule: { readonly Client: new (config: unknown) => Heard };
}

/** Nothing to do: the queries on it fail, and so does the next use, which BullMQ handles. */
const hear = (client: Heard): unknown => client.on('error', () => undefined);

export const postgresBackend: BackendFactory<
  ReturnType<typeof createPostgresBackend>,
  Parameters<typeof createPostgresBackend>[1]['connection']
> = (name, options, factoryOptions) => {
  const backend = createPostgresBackend(name, options, factoryOptions);
  const connection = backend.connection as unknown as Connection;
  connection.pool.on('connect', hear);
  const { Client } = connection.pgModule;
  connection.pgModule = {
    Client: class extends Client {
      constructor(config: unknown) {
        super(config);
        hear(this);
      }
    },
  };
  return backend;
};
