/** How each verb of the table of kinds looks on the wire: method, parameters, body and answer. */
import type { Method, Parameter } from './document.ts';
import { DELETE, DELETE_COLLECTION, LIST, WRITE } from './parameters.ts';

export interface VerbForm {
  readonly method: Method;
  /** Where it is served; on a subresource every verb is served at the item. */
  readonly on: 'collection' | 'item';
  /** `x-kubernetes-action`. */
  readonly action: string;
  /** First word of the operation's id, as in Kubernetes' own documents, which code generators know. */
  readonly word: string;
  /** Keeps the ids of deleting one and deleting many apart. */
  readonly infix?: 'Collection';
  readonly parameters: readonly Parameter[];
  readonly body?: 'object' | 'patch' | 'deleteOptions';
  readonly answer: 'object' | 'list' | 'objectOrStatus';
  /** The code of a success. */
  readonly code: 200 | 201;
}

/** `watch` is a parameter of `list`, so it has no row. */
export const VERBS: Readonly<Record<string, VerbForm>> = {
  list: { method: 'get', on: 'collection', action: 'list', word: 'list', parameters: LIST, answer: 'list', code: 200 },
  create: {
    method: 'post',
    on: 'collection',
    action: 'post',
    word: 'create',
    parameters: WRITE,
    body: 'object',
    answer: 'object',
    code: 201,
  },
  deletecollection: {
    method: 'delete',
    on: 'collection',
    action: 'deletecollection',
    word: 'delete',
    infix: 'Collection',
    parameters: DELETE_COLLECTION,
    body: 'deleteOptions',
    answer: 'list',
    code: 200,
  },
  get: { method: 'get', on: 'item', action: 'get', word: 'read', parameters: [], answer: 'object', code: 200 },
  update: {
    method: 'put',
    on: 'item',
    action: 'put',
    word: 'replace',
    parameters: WRITE,
    body: 'object',
    answer: 'object',
    code: 200,
  },
  patch: {
    method: 'patch',
    on: 'item',
    action: 'patch',
    word: 'patch',
    parameters: WRITE,
    body: 'patch',
    answer: 'object',
    code: 200,
  },
  delete: {
    method: 'delete',
    on: 'item',
    action: 'delete',
    word: 'delete',
    parameters: DELETE,
    body: 'deleteOptions',
    answer: 'objectOrStatus',
    code: 200,
  },
};
