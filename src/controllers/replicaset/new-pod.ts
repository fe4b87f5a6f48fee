/** The pod of a workload's template. Pure. Source: controller/controller_utils.go, GetPodFromTemplate. */
import type { KubeObject } from '../../values/object.ts';
import type { PodTemplate } from '../kinds/pod.ts';
import { controllerReference } from '../owner-references.ts';

/** Room for generateName's suffix. */
const LONGEST_BASE = 58;

export function newPod(owner: KubeObject, { metadata = {}, spec = {} }: PodTemplate): KubeObject {
  const { name = '', namespace = '' } = owner.metadata;
  const { labels, annotations, finalizers } = metadata;
  const base = `${name}-`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: base.length > LONGEST_BASE ? name : base,
      namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec,
  };
}
