/** A connection to a port of a pod, as a stream: what the runtime forwards, seen from the client's end. */
import { Duplex } from 'node:stream';
import { toError } from '../../errors.ts';
import type { Streaming } from '../../runtimes/runtime.ts';
import { BytePipe } from '../../timing/byte-pipe.ts';

/** Opened at once. Destroyed with the runtime's error when it cannot be; destroying it closes the pod's side too. */
export function openForwarded(streaming: Streaming, uid: string, port: number): Duplex {
  const input = new BytePipe();
  const closed = new AbortController();
  let resume: () => void = () => undefined;
  const duplex = new Duplex({
    read: () => resume(),
    write(chunk: Uint8Array, _encoding, done) {
      input.write(chunk).then(() => done(), done);
    },
    final(done) {
      input.end();
      done();
    },
    destroy(error, done) {
      closed.abort();
      input.abandon();
      resume();
      done(error);
    },
  });
  const output = (chunk: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      resume = resolve;
      if (duplex.destroyed || duplex.push(chunk)) {
        resolve();
      }
    });
  streaming.portForward(uid, port, { input, output }, closed.signal).then(
    () => void (duplex.destroyed || duplex.push(null)),
    (error: unknown) => void duplex.destroy(toError(error)),
  );
  return duplex;
}
