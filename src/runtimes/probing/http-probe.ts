/**
 * An HTTP probe or hook against a pod's address. It follows redirects of that host, and takes one to another for an answer.
 * Source: pkg/probe/http/http.go, RedirectChecker; kubelet/lifecycle/handlers.go.
 */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LinkedController } from '../../timing/linked-controller.ts';
import type { HandlerAction, HandlerResult } from '../runtime.ts';
import type { Dial } from './dial.ts';
import { failureWords } from './failure-words.ts';
import { urlOf } from './probe-words.ts';

type HttpAction = Extract<HandlerAction, { kind: 'httpGet' }>;
type Headers = Record<string, string | string[]>;

/** Source: pkg/probe/http, maxRespBodyLength. */
const MAX_BODY_BYTES = 10 * 1_024;
const MAX_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** To a hook every answer is a success. */
export async function probeHttp(
  action: HttpAction,
  timeoutMs: number,
  isHook: boolean,
  signal: AbortSignal,
  dial?: Dial,
): Promise<HandlerResult> {
  const linked = new LinkedController(signal, AbortSignal.timeout(timeoutMs));
  const deadline = linked.signal;
  let headers = headersOf(action);
  let target = action;
  try {
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects += 1) {
      const socket = await dial?.(target, deadline);
      const answer = await get(target, headers, deadline, socket);
      const next = REDIRECTS.has(answer.code) ? redirected(target, answer.location) : undefined;
      if (next === undefined) {
        return resultOf(answer, isHook);
      }
      if (isWhole(answer.location)) {
        const { host: _, ...rest } = headers;
        headers = rest;
      }
      target = next;
    }
    return { success: false, output: `Get "${urlOf(target)}": stopped after ${MAX_REDIRECTS} redirects` };
  } catch (error) {
    return { success: false, output: failureWords(target, timeoutMs, error as Error, deadline) };
  } finally {
    linked.release();
  }
}

function resultOf({ code, body }: Answer, isHook: boolean): HandlerResult {
  if (isHook || (code >= 200 && code < 300)) {
    return { success: true, output: body };
  }
  return code >= 300 && code < 400
    ? { success: true, isWarning: true, output: `Probe terminated redirects, Response body: ${body}` }
    : { success: false, output: `HTTP probe failed with statuscode: ${code}` };
}

function headersOf({ headers: given }: HttpAction): Headers {
  const names = given.map(({ name }) => name.toLowerCase());
  const headers: Headers = {
    ...(names.includes('user-agent') ? {} : { 'user-agent': 'kube-probe/1.34' }),
    ...(names.includes('accept') ? {} : { accept: '*/*' }),
    connection: 'close',
  };
  for (const { name, value } of given) {
    const key = name.toLowerCase() === 'host' ? 'host' : name;
    headers[key] = key in headers ? [headers[key] ?? '', value].flat() : value;
  }
  return headers;
}

/** It names a host, so the `Host` of the probe does not go with it. */
const isWhole = (location: string): boolean => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(location);

/** undefined: nowhere, or to another host. */
function redirected(from: HttpAction, location: string): HttpAction | undefined {
  const base = urlOf(from);
  if (location === '' || !URL.canParse(location, base)) {
    return undefined;
  }
  const to = new URL(location, base);
  const scheme = to.protocol === 'https:' ? 'https' : 'http';
  if (to.hostname !== new URL(base).hostname || to.protocol !== `${scheme}:`) {
    return undefined;
  }
  const port = to.port === '' ? (scheme === 'https' ? 443 : 80) : Number(to.port);
  return { ...from, scheme, port, path: `${to.pathname}${to.search}` };
}

interface Answer {
  readonly code: number;
  readonly location: string;
  readonly body: string;
}

/** A request over a connection that is there, which it ends. */
const over = ({ scheme, host }: HttpAction, socket: Socket) => ({
  createConnection: () =>
    scheme === 'https'
      ? connectTls({ socket, rejectUnauthorized: false, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : socket,
});

function get(action: HttpAction, headers: Headers, signal: AbortSignal, socket: Socket | undefined): Promise<Answer> {
  const { scheme, host, port, path } = action;
  const request = scheme === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // Probes take whatever certificate the container has.
    const options = {
      ...{ host, port, path: path || '/', headers, signal, rejectUnauthorized: false },
      ...(socket === undefined ? { agent: false as const } : over(action, socket)),
    };
    // Throws for a header that is none.
    const asked = request(options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const done = (): void => {
        const body = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString();
        resolve({ code: answer.statusCode ?? 0, location: answer.headers.location ?? '', body });
      };
      answer.on('error', reject).on('end', done);
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > MAX_BODY_BYTES) {
          done();
          answer.destroy();
        }
      });
    });
    asked.on('error', reject).end();
  });
}
