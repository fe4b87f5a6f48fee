/** meta/v1 PartialObjectMetadata: what garbage collectors and metadata informers read. */
import { decodeObject, type ObjectText } from '../../registry/registry.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { Rendering } from './rendering.ts';

const API_VERSION = 'meta.k8s.io/v1';
const LIST_HEAD = `{"kind":"PartialObjectMetadataList","apiVersion":"${API_VERSION}"`;

export const partialObject = (metadata: ObjectMeta): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: API_VERSION,
  metadata,
});

const render = (stored: ObjectText): string => JSON.stringify(partialObject(decodeObject(stored).metadata));

export const bookmarkMeta = (revision: number, annotations?: Readonly<Record<string, string>>): ObjectMeta => ({
  resourceVersion: String(revision),
  ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
});

export const partialRendering = (): Rendering => ({
  single: render,
  open: (meta) => `${LIST_HEAD},"metadata":${JSON.stringify(meta)},"items":[`,
  item: render,
  close: ']}',
  bookmark: (revision, annotations) => JSON.stringify(partialObject(bookmarkMeta(revision, annotations))),
});
