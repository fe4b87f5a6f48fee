import { createHash } from 'node:crypto';
import type { KubeObject } from '../../values/object.ts';

/** A kubelet's own word for a pod that it runs from a file: the object follows it and decides nothing. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

export const isMirrorPod = ({ metadata }: KubeObject): boolean =>
  (metadata.annotations?.[MIRROR_ANNOTATION] ?? '') !== '';

/**
 * By which a kubelet and its runtime know a pod: one from a file outlives its mirror, so it has a uid of its own, as in
 * Kubernetes. Of the mirror's name too: whoever copies the annotations gets no other pod's containers.
 */
export function runtimeUid({ metadata, ...pod }: KubeObject): string {
  const mirrored = metadata.annotations?.[MIRROR_ANNOTATION] ?? '';
  if (mirrored === '') {
    return metadata.uid ?? '';
  }
  const { nodeName = '' } = (pod['spec'] ?? {}) as { readonly nodeName?: string };
  return staticPodUid(metadata.namespace ?? '', metadata.name ?? '', nodeName, mirrored);
}

export const staticPodUid = (namespace: string, name: string, nodeName: string, hash: string): string =>
  createHash('md5')
    .update([namespace, name, nodeName, hash].join('/'))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
