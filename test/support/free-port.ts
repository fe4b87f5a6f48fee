/**
 * A port nobody has at this moment. Somebody may take it before it is used: whoever uses it checks who answers. It is none
 * of those that systems give to outgoing connections (32768 and up on Linux), of which a test run has thousands.
 */
import { randomInt } from 'node:crypto';
import { tryPort } from '../../src/storage/embedded/free-port.ts';

const FIRST = 10_000;
const AFTER_LAST = 32_000;
const TRIES = 100;

export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = await tryPort(randomInt(FIRST, AFTER_LAST));
    if (port !== undefined) {
      return port;
    }
  }
  throw new Error(`none of ${TRIES} ports is free`);
}
