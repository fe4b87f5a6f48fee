/** meta/v1 PartialObjectMetadata: what garbage collectors and metadata informers read. */
import { decodeObject, type ObjectText } from '../../registry/registry.ts';
import type { ObjectMeta } from '../../values/object.ts';
import type { MetaVersion } from '../http/negotiate.ts';
import type { Rendering } from './rendering.ts';

export const partialObject = (metadata: ObjectMeta, version: MetaVersion): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata,
});

export const bookmarkMeta = (revision: number, annotations?: Readonly<Record<string, string>>): ObjectMeta => ({
  resourceVersion: String(revision),
  ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
});

export function partialRendering(version: MetaVersion): Rendering {
  const head = `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/${version}"`;
  const render = (stored: ObjectText): string => JSON.stringify(partialObject(decodeObject(stored).metadata, version));
  return {
    single: render,
    open: (meta) => `${head},"metadata":${JSON.stringify(meta)},"items":[`,
    item: render,
    close: ']}',
    bookmark: (revision, annotations) => JSON.stringify(partialObject(bookmarkMeta(revision, annotations), version)),
  };
}
