/** How each verb of the table of kinds looks on the wire: method, parameters, body and answer. */
import type { Method, Parameter } from './document.ts';
import { DELETE, DELETE_COLLECTION, LIST, PATCH, WRITE } from './parameters.ts';

export interface VerbForm {
  readonly method: Method;
  /** Where it is served; on a subresource every verb is served at the item. */
  readonly on: 'collection' | 'item';
  /** `x-kubernetes-action`. */
  readonly action: string;
  /** First word of the operation's id, as in Kubernetes' own documents, which code generators know. */
  readonly word: string;
  /** What happens beyond what the word says. */
  readonly description: string;
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
  list: {
    method: 'get',
    on: 'collection',
    action: 'list',
    word: 'list',
    description:
      'Answers with all objects, or with the page that `limit` and `continue` ask for; with `watch=true` with a stream ' +
      'of changes, one WatchEvent a line.',
    parameters: LIST,
    answer: 'list',
    code: 200,
  },
  create: {
    method: 'post',
    on: 'collection',
    action: 'post',
    word: 'create',
    description:
      'Defaults are filled in, then the whole is validated: what is invalid is answered with 422 and ' +
      'changes nothing.',
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
    description: 'Deletes each object that the selectors take, as deleting one does, and answers with what it found.',
    infix: 'Collection',
    parameters: DELETE_COLLECTION,
    body: 'deleteOptions',
    answer: 'list',
    code: 200,
  },
  get: {
    method: 'get',
    on: 'item',
    action: 'get',
    word: 'read',
    description: 'Answers with the object as it is stored now.',
    parameters: [],
    answer: 'object',
    code: 200,
  },
  update: {
    method: 'put',
    on: 'item',
    action: 'put',
    word: 'replace',
    description:
      'Replaces the object whole. If it says a `metadata.resourceVersion` that is not the newest, the ' +
      'answer is 409 and nothing changes.',
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
    description: 'Changes what the body names. Its Content-Type says how the body is meant.',
    parameters: PATCH,
    body: 'patch',
    answer: 'object',
    code: 200,
  },
  delete: {
    method: 'delete',
    on: 'item',
    action: 'delete',
    word: 'delete',
    description:
      'Deletes the object, or marks it as ending and leaves the rest to its grace period and its finalizers.',
    parameters: DELETE,
    body: 'deleteOptions',
    answer: 'objectOrStatus',
    code: 200,
  },
};
