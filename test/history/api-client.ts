/** Requests on ConfigMaps, and what their answers mean. Never tries again: each call is one operation of the history. */
import { type Dispatcher, request } from 'undici';
import type { ObjectState, Outcome, Request, Selector } from './history.ts';

export interface ApiAccess {
  readonly token: string;
  readonly dispatcher: Dispatcher;
}

/** Shorter than many a pause and wait for a lock: a write may take effect after its caller gave up. */
const TIMEOUT_MS = 1_500;
/** The store's word that nothing was written: it is held to it. */
const NOT_WRITTEN = /cannot be written at the moment|too many writes are waiting|shutting down/;
const REFUSED_CONNECTION = /ECONNREFUSED/;

interface ConfigMap {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: { readonly color?: string };
  };
  readonly data?: { readonly value?: string };
}
interface Answer {
  readonly status: number;
  readonly body: {
    readonly reason?: string;
    readonly message?: string;
    readonly details?: { readonly uid?: string };
    readonly metadata?: { readonly resourceVersion?: string };
    readonly items?: readonly ConfigMap[];
  };
}

export const toState = ({ metadata, data }: ConfigMap): ObjectState => ({
  key: `${metadata.namespace}/${metadata.name}`,
  uid: metadata.uid,
  revision: Number(metadata.resourceVersion),
  value: data?.value ?? '',
  color: metadata.labels?.color ?? '',
});

export const collectionPath = (namespace?: string): string =>
  `/api/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}configmaps`;

export function selectorQuery({ color, key }: Selector): URLSearchParams {
  return new URLSearchParams({
    ...(color === undefined ? {} : { labelSelector: `color=${color}` }),
    ...(key === undefined ? {} : { fieldSelector: `metadata.name=${key.slice(key.indexOf('/') + 1)}` }),
  });
}

interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

function toCall(wanted: Request): HttpCall {
  if (wanted.verb === 'list') {
    return { method: 'GET', path: `${collectionPath(wanted.selector.namespace)}?${selectorQuery(wanted.selector)}` };
  }
  const [namespace = '', name = ''] = wanted.key.split('/');
  const collection = collectionPath(namespace);
  const path = `${collection}/${name}`;
  const version = (revision: number | undefined): object =>
    revision === undefined ? {} : { resourceVersion: String(revision) };
  switch (wanted.verb) {
    case 'create':
    case 'update': {
      const expected = version(wanted.verb === 'update' ? wanted.expected : undefined);
      const metadata = { name, namespace, labels: { color: wanted.color }, ...expected };
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: wanted.value } };
      return wanted.verb === 'create' ? { method: 'POST', path: collection, body } : { method: 'PUT', path, body };
    }
    case 'delete':
      return {
        method: 'DELETE',
        path,
        body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: version(wanted.expected) },
      };
    case 'get':
      return { method: 'GET', path };
  }
}

function toOutcome({ verb }: Request, { status, body }: Answer): Outcome {
  const { reason = '', message = '' } = body;
  if (status < 300) {
    if (verb === 'list') {
      return { type: 'list', revision: Number(body.metadata?.resourceVersion), items: (body.items ?? []).map(toState) };
    }
    return verb === 'delete'
      ? { type: 'deleted', uid: body.details?.uid ?? '' }
      : { type: 'object', object: toState(body as ConfigMap) };
  }
  if (reason === 'AlreadyExists' || reason === 'NotFound' || reason === 'Conflict') {
    return { type: 'refused', reason };
  }
  const why = `${status} ${reason}: ${message}`;
  if (NOT_WRITTEN.test(message)) {
    return { type: 'failed', why };
  }
  return status === 503 || status === 504 || status === 429 ? { type: 'unknown', why } : { type: 'wrong', why };
}

/** Never throws. */
export async function perform(origin: string, { token, dispatcher }: ApiAccess, wanted: Request): Promise<Outcome> {
  const { method, path, body } = toCall(wanted);
  try {
    const answer = await request(`${origin}${path}`, {
      ...{ method, dispatcher, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return toOutcome(wanted, { status: answer.statusCode, body: (await answer.body.json()) as Answer['body'] });
  } catch (error) {
    const why = `${error}`;
    return { type: REFUSED_CONNECTION.test(why) ? 'failed' : 'unknown', why };
  }
}
