/** Names and numbers of a stateful set's pods and claims. Pure. Source: statefulset/stateful_set_utils.go. */
import type { StatefulSet } from '../kinds/stateful-set.ts';
import type { PodInfo } from '../views/pod-info.ts';

export const REVISION_LABEL = 'controller-revision-hash';
export const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
export const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

const NAME = /^(.*)-([0-9]+)$/;

/** The number at the end of a pod's name; undefined: it is none of the set's. */
export function ordinalOf({ metadata }: Pick<StatefulSet, 'metadata'>, podName: string): number | undefined {
  const [, parent, ordinal] = NAME.exec(podName) ?? [];
  return parent === metadata.name ? Number(ordinal) : undefined;
}

export const podName = ({ metadata }: Pick<StatefulSet, 'metadata'>, ordinal: number): string =>
  `${metadata.name}-${ordinal}`;

export const startOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;

/** The numbers that it is to have. */
export const wantedOrdinals = (set: StatefulSet): number[] =>
  Array.from({ length: set.spec.replicas ?? 1 }, (_, at) => startOrdinal(set) + at);

export const claimNames = (set: StatefulSet, ordinal: number): string[] =>
  (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => `${metadata?.name}-${podName(set, ordinal)}`);

export const revisionOf = ({ labels }: Pick<PodInfo, 'labels'>): string => labels[REVISION_LABEL] ?? '';

/** All pods at once, instead of one after another. */
export const isParallel = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy === 'Parallel';
