/** A daemon's pod, and which node it is for. Pure. Source: daemon/util/daemonset_util.go. */
import type { KubeObject } from '../../values/object.ts';
import type { DaemonSet } from '../kinds/daemon-set.ts';
import type { PodSpec } from '../kinds/pod.ts';
import { requiredTerms } from '../node-selector.ts';
import { newPod } from '../replicaset/new-pod.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { daemonTolerations } from './daemon-tolerations.ts';

export const HASH_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION = 'deprecated.daemonset.template.generation';
const NAME_FIELD = 'metadata.name';

/** The scheduler binds it, to this node and no other: the terms of the template were the controller's to judge. */
function onNode(affinity: PodSpec['affinity'], nodeName: string): NonNullable<PodSpec['affinity']> {
  const matchFields = [{ key: NAME_FIELD, operator: 'In', values: [nodeName] }];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
}

const generationOf = ({ metadata }: DaemonSet): string | undefined => metadata.annotations?.[GENERATION];

export function daemonPods(set: DaemonSet, hash: string, nodeNames: readonly string[]): KubeObject[] {
  const { metadata, spec = {} } = set.spec.template;
  const generation = generationOf(set);
  const numbered = generation === undefined ? {} : { [GENERATION_LABEL]: generation };
  const labels = { ...metadata?.labels, ...numbered, [HASH_LABEL]: hash };
  const tolerations = daemonTolerations(spec);
  return nodeNames.map((name) =>
    newPod(set, {
      metadata: { ...metadata, labels },
      spec: { ...spec, tolerations, affinity: onNode(spec.affinity, name) },
    }),
  );
}

/** Also while it is not bound yet; undefined: of no node. */
export function nodeOf({ nodeName, scheduling }: Pick<PodInfo, 'nodeName' | 'scheduling'>): string | undefined {
  if (nodeName !== '') {
    return nodeName;
  }
  for (const { matchFields = [] } of (scheduling === undefined ? undefined : requiredTerms(scheduling)) ?? []) {
    const [field, more] = matchFields;
    if (more === undefined && field?.key === NAME_FIELD && field.operator === 'In' && field.values?.length === 1) {
      return field.values[0];
    }
  }
  return undefined;
}

/** Made from the template as it is. */
export const isUpdated = ({ labels }: Pick<PodInfo, 'labels'>, set: DaemonSet, hash: string): boolean =>
  labels[HASH_LABEL] === hash || (generationOf(set) !== undefined && labels[GENERATION_LABEL] === generationOf(set));
