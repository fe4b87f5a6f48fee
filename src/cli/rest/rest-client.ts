/**
 * rest/: the API as the command line uses it: HTTPS with the CA of the kubeconfig, a bearer token, time-outs, and Tables,
 * which no OpenAPI document describes, so it is not `flotilla/client`. Never reads files or the environment, never
 * retries by itself.
 */
import { Agent, request } from 'undici';
import { type ApiError, apiError, connectionError } from './client-errors.ts';

export interface RestClientOptions {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
  /** Longest wait for a connection, and for each part of an answer. */
  readonly timeoutMs?: number;
}

/** A meta/v1 Table, asked for without objects: what lists of any length need least bytes for. */
export interface Table {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly columnDefinitions: readonly { readonly name: string }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

type Query = Readonly<Record<string, string>>;

/** Every method rejects with `ConnectionError`, or with `ApiError` when the server refused. */
export interface RestClient {
  get<T>(path: string, query?: Query): Promise<T>;
  /** The text of a path that does not answer JSON, such as /readyz. */
  text(path: string): Promise<string>;
  /** Every page of a list, one after another. */
  tables(path: string, query?: Query): AsyncIterable<Table>;
  mergePatch<T>(path: string, patch: object): Promise<T>;
  post<T>(path: string, object: object): Promise<T>;
  put<T>(path: string, object: object): Promise<T>;
  close(): Promise<void>;
}

interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Query;
  readonly accept: string;
  readonly body?: object;
}

const JSON_TYPE = 'application/json';
const TABLE_TYPE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PAGE = '1000';

export function createRestClient(options: RestClientOptions): RestClient {
  const { timeoutMs = 10_000 } = options;
  const agent = new Agent({
    connect: { ca: options.ca, timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const send = (call: Call): Promise<string> => sendCall(call, options, agent);
  const get = async <T>(path: string, query: Query = {}): Promise<T> =>
    readJson(await send({ method: 'GET', path, query, accept: JSON_TYPE }), options);
  return {
    get,
    text: (path) => send({ method: 'GET', path, accept: '*/*' }),
    async *tables(path, query = {}) {
      let next: string | undefined;
      do {
        const page = {
          ...query,
          includeObject: 'None',
          limit: PAGE,
          ...(next === undefined ? {} : { continue: next }),
        };
        const text = await send({ method: 'GET', path, query: page, accept: TABLE_TYPE });
        const table = readJson<Table>(text, options);
        yield table;
        next = table.metadata.continue === '' ? undefined : table.metadata.continue;
      } while (next !== undefined);
    },
    mergePatch: async (path, body) => readJson(await send({ method: 'PATCH', path, accept: JSON_TYPE, body }), options),
    post: async (path, body) => readJson(await send({ method: 'POST', path, accept: JSON_TYPE, body }), options),
    put: async (path, body) => readJson(await send({ method: 'PUT', path, accept: JSON_TYPE, body }), options),
    close: () => agent.close(),
  };
}

async function sendCall(call: Call, { server, token }: RestClientOptions, dispatcher: Agent): Promise<string> {
  const { method, path, query = {}, accept, body } = call;
  let status: number;
  let text: string;
  try {
    const answer = await request(new URL(path, server), {
      ...{ dispatcher, method, query },
      headers: {
        accept,
        authorization: `Bearer ${token}`,
        ...(body === undefined
          ? {}
          : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : JSON_TYPE }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    status = answer.statusCode;
    text = await answer.body.text();
  } catch (error) {
    throw connectionError(error, server);
  }
  if (status >= 300) {
    throw apiError(status, text, server);
  }
  return text;
}

function readJson<T>(text: string, { server }: RestClientOptions): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw unexpectedAnswer(server);
  }
}

const unexpectedAnswer = (server: string): ApiError => apiError(200, '', server);
