/** Writes as the registry would make them, of objects that need no more than a name. */
import { randomUUID } from 'node:crypto';
import type { DueRef, Fence, Write } from '../../../src/storage/object-store.ts';
import type { StoredObject } from '../../../src/storage/stored-object.ts';

interface Columns {
  readonly resource?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Record<string, string>;
  readonly fields?: Record<string, string>;
  readonly ownerUids?: string[];
  readonly controllerUid?: string;
  readonly body?: string;
  readonly claims?: string[];
  readonly due?: DueRef[];
  readonly fence?: Fence;
}

const columns = (name: string, given: Columns) => {
  const { resource = 'pods', namespace = 'default', uid = randomUUID(), due, fence, ...rest } = given;
  const metadata = { name, namespace, uid };
  return {
    ...{ resource, namespace, name, uid, labels: {}, fields: {}, ownerUids: [], controllerUid: '' },
    body: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata }),
    ...rest,
    ...(due === undefined ? {} : { due }),
    ...(fence === undefined ? {} : { fence }),
  };
};

export const create = (name: string, given: Columns = {}): Write => ({ op: 'create', ...columns(name, given) });

const expectedOf = ({ uid, revision, labels, fields }: StoredObject) => ({ uid, revision, labels, fields });

export const update = (before: StoredObject, given: Columns = {}): Write => ({
  op: 'update',
  ...columns(before.name, { ...before, ...given }),
  expected: expectedOf(before),
});

export const remove = (before: StoredObject, given: Columns = {}): Write => ({
  op: 'delete',
  ...columns(before.name, { ...before, ...given }),
  expected: expectedOf(before),
});
