/** Lists all pods once over HTTPS and counts the bytes. */
import { get } from 'node:https';
import type { Target } from './http-connection.ts';
import { runProgram } from './program.ts';

export interface ListReport {
  readonly bytes: number;
  readonly ms: number;
  /** Until the first byte of the body. */
  readonly firstMs: number;
}

await runProgram(
  ({ target: { host, port, ca, token } }: { target: Target }) =>
    new Promise<ListReport>((resolve, reject) => {
      const started = performance.now();
      let bytes = 0;
      let firstMs = 0;
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
      get({ host, port, ca, headers, path: '/api/v1/pods' }, (response) => {
        if (response.statusCode !== 200) {
          reject(new Error(`list: HTTP ${response.statusCode}`));
        }
        response.on('data', (chunk: Buffer) => {
          firstMs = bytes === 0 ? performance.now() - started : firstMs;
          bytes += chunk.length;
        });
        response.on('end', () => resolve({ bytes, firstMs, ms: performance.now() - started }));
        response.on('error', reject);
      }).on('error', reject);
    }),
);
