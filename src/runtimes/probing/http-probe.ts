/** An HTTP probe or hook against a pod's address. Source: pkg/probe/http/http.go, kubelet/lifecycle/handlers.go. */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HandlerAction, HandlerResult } from '../runtime.ts';
import { failureWords } from './failure-words.ts';

type HttpAction = Extract<HandlerAction, { kind: 'httpGet' }>;

/** Source: pkg/probe/http, maxRespBodyLength. */
const MAX_BODY_BYTES = 10 * 1_024;

/** To a hook every answer is a success. */
export function probeHttp(
  action: HttpAction,
  timeoutMs: number,
  isHook: boolean,
  signal: AbortSignal,
): Promise<HandlerResult> {
  const request = action.scheme === 'https' ? requestHttps : requestHttp;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const names = action.headers.map(({ name }) => name.toLowerCase());
  const headers: Record<string, string | string[]> = {
    ...(names.includes('user-agent') ? {} : { 'user-agent': 'kube-probe/1.34' }),
    ...(names.includes('accept') ? {} : { accept: '*/*' }),
    connection: 'close',
  };
  for (const { name, value } of action.headers) {
    headers[name] = name in headers ? [headers[name] ?? '', value].flat() : value;
  }
  return new Promise((resolve) => {
    const fail = (error: Error): void =>
      resolve({ success: false, output: failureWords(action, timeoutMs, error, deadline) });
    try {
      const asked = request(
        // Probes take whatever certificate the container has.
        {
          ...{ host: action.host, port: action.port, path: action.path || '/', headers, signal: deadline },
          rejectUnauthorized: false,
          agent: false,
        },
        (answer) => {
          const chunks: Buffer[] = [];
          let size = 0;
          const done = (): void => {
            const code = answer.statusCode ?? 0;
            const success = isHook || (code >= 200 && code < 400);
            const body = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString();
            resolve({ success, output: success ? body : `HTTP probe failed with statuscode: ${code}` });
          };
          answer.on('error', fail).on('end', done);
          answer.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            size += chunk.length;
            if (size > MAX_BODY_BYTES) {
              done();
              answer.destroy();
            }
          });
        },
      );
      asked.on('error', fail).end();
    } catch (error) {
      // A header that is none.
      fail(error as Error);
    }
  });
}
