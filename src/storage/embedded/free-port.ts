/** Ports on the loopback address. What is free now may be taken when the server binds: callers try again. */
import { createServer } from 'node:net';
import { errorCode } from '../../errors.ts';

/** Binds and frees a port; 0 lets the kernel choose. Undefined: it is taken, or this user may not bind it. */
export function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE' || errorCode(error) === 'EACCES') {
        resolve(undefined);
      } else {
        reject(error);
      }
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
