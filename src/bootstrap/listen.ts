/** Binds the API's port, and says what to do when it is taken. */
import { StartupError } from '../errors.ts';

interface Listening {
  listen(options: { host: string; port: number }): Promise<string>;
  readonly server: { address(): { port: number } | string | null };
}

const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';

/** Port 0 picks a free one. Returns the URL that clients on this machine use. */
export async function listen(app: Listening, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw asStartupError(error, host, port);
  }
  const address = app.server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const name = isAnyAddress(host) ? '127.0.0.1' : host;
  return `https://${name.includes(':') ? `[${name}]` : name}:${bound}`;
}

function asStartupError(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartupError(
        `Port ${port} on ${host} is in use: stop what listens there, or start with --port (FLOTILLA_PORT)`,
        { cause: error },
      );
    case 'EACCES':
      return new StartupError(`Port ${port} may not be used by this user: start with a --port above 1023`, {
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`${host} is no address of this machine: start with another --host`, { cause: error });
    default:
      return error;
  }
}
