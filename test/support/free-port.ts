/**
 * A port nobody has at this moment. Somebody may take it before it is used: whoever uses it checks who answers. It is none
 * of those that systems give to outgoing connections (32768 and up on Linux), of which a test run has thousands.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode } from '../../src/errors.ts';

const FIRST = 10_000;
const AFTER_LAST = 32_000;
const TRIES = 100;

export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(FIRST, AFTER_LAST);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`none of ${TRIES} ports is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE') {
      return false;
    }
    throw error;
  } finally {
    server.close();
  }
}
