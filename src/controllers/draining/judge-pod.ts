/**
 * Which pods of a node a drain evicts, in the words of kubectl. Pure.
 * Source: k8s.io/kubectl/pkg/drain/filters.go, 1.34.
 */
import { type LabelSelector, selects } from '../../values/label-selector.ts';
import type { Pod } from '../kinds/pod.ts';
import { controllerOf } from '../owner-references.ts';

export interface DrainRules {
  readonly podSelector?: LabelSelector;
  readonly ignoreDaemonSets?: boolean;
  readonly deleteEmptyDirData?: boolean;
  readonly force?: boolean;
  readonly gracePeriodSeconds?: number;
}

/** `keep`: it stays, and the node still counts as empty. Anything else is why the node may not be emptied. */
export type Verdict = 'evict' | 'keep' | { readonly refused: string };

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

type PodWithVolumes = Pod & { spec: { volumes?: { emptyDir?: object }[] } };

export function judgePod(pod: Pod, rules: DrainRules): Verdict {
  const { metadata, spec, status } = pod as PodWithVolumes;
  if (rules.podSelector !== undefined && !selects(rules.podSelector, metadata.labels ?? {})) {
    return 'keep';
  }
  if (Object.hasOwn(metadata.annotations ?? {}, MIRROR_ANNOTATION)) {
    return 'keep';
  }
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') {
    return 'evict';
  }
  const owner = controllerOf(pod);
  if (owner?.kind === 'DaemonSet') {
    return rules.ignoreDaemonSets === true ? 'keep' : { refused: 'cannot delete DaemonSet-managed Pods' };
  }
  if (rules.deleteEmptyDirData !== true && spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true) {
    return { refused: 'cannot delete Pods with local storage' };
  }
  return owner !== undefined || rules.force === true
    ? 'evict'
    : { refused: 'cannot delete Pods that declare no controller' };
}
