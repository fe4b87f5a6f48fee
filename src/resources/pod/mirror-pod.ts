import type { KubeObject } from '../../values/object.ts';

/** A kubelet's own word for a pod that it runs from a file: the object follows it and decides nothing. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

export const isMirrorPod = ({ metadata }: KubeObject): boolean =>
  (metadata.annotations?.[MIRROR_ANNOTATION] ?? '') !== '';
