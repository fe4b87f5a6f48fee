/** The pod that a manifest of a node's own stands for. Pure. Source: kubelet/config/common.go, kubelet/pod/mirror_client.go. */
import { createHash } from 'node:crypto';
import { isMirrorPod } from '../../resources/pod/mirror-pod.ts';
import type { KubeObject } from '../../values/object.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { Node } from '../node.ts';
import type { Pod } from '../pod.ts';

const HASH = 'kubernetes.io/config.hash';
const MIRROR = 'kubernetes.io/config.mirror';
const SEEN = 'kubernetes.io/config.seen';
const SOURCE = 'kubernetes.io/config.source';

/** In a `staticPodPath`: the name of each node. */
const NODE_NAME = '$(NODE_NAME)';
export const folderOf = (path: string, nodeName: string): string => path.replaceAll(NODE_NAME, nodeName);
export const isPerNode = (path: string): boolean => path.includes(NODE_NAME);

export interface Mirror {
  readonly namespace: string;
  readonly name: string;
  readonly hash: string;
  readonly object: KubeObject;
}

/** A text: why the manifest is none of a pod. */
export function mirrorOf(manifest: unknown, file: string, { metadata: node }: Node, nowMs: number): Mirror | string {
  const { apiVersion, kind, metadata, spec } = (manifest ?? {}) as Partial<Pod>;
  if (apiVersion !== 'v1' || kind !== 'Pod' || typeof metadata !== 'object' || typeof spec !== 'object') {
    return 'expected a Pod of v1';
  }
  const { name: given, namespace = 'default', annotations, labels } = metadata;
  if (typeof given !== 'string' || given === '' || typeof namespace !== 'string') {
    return 'invalid pod: name must be set';
  }
  const why = refusal(spec as unknown as Readonly<Record<string, unknown>>);
  if (why !== undefined) {
    return why;
  }
  const hash = createHash('md5')
    .update(JSON.stringify([manifest, node.name, file]))
    .digest('hex');
  const name = `${given}-${node.name.toLowerCase()}`;
  const marks = { [HASH]: hash, [MIRROR]: hash, [SEEN]: formatTime(nowMs), [SOURCE]: 'file' };
  const { tolerations = [] } = spec;
  const object: KubeObject = {
    ...{ apiVersion, kind },
    metadata: {
      ...{ name, namespace, ...(labels === undefined ? {} : { labels }) },
      annotations: { ...annotations, ...marks },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid, controller: true }],
    },
    spec: { ...spec, nodeName: node.name, tolerations: [...tolerations, { operator: 'Exists', effect: 'NoExecute' }] },
  };
  return { namespace, name, hash, object };
}

/** It would have to be there before the API is. Source: plugin/pkg/admission/serviceaccount, noderestriction. */
function refusal({
  serviceAccountName,
  serviceAccount,
  volumes,
}: Readonly<Record<string, unknown>>): string | undefined {
  if (serviceAccountName !== undefined || serviceAccount !== undefined) {
    return 'a mirror pod may not reference service accounts';
  }
  const kinds = ['secret', 'configMap', 'projected', 'persistentVolumeClaim'];
  const refersTo = (Array.isArray(volumes) ? volumes : []).find((volume) =>
    kinds.some((name) => name in Object(volume)),
  );
  return refersTo === undefined ? undefined : 'a static pod may not refer to objects of the API';
}

export const hashOf = (pod: KubeObject): string | undefined =>
  isMirrorPod(pod) ? pod.metadata.annotations?.[HASH] : undefined;
