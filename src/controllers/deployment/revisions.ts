/** Revisions, hashes and annotations of a Deployment's sets. Pure. Source: controller/deployment/util. */
import type { ObjectMeta } from '../../values/object.ts';
import { same } from '../equality.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import type { PodTemplate } from '../kinds/pod.ts';
import { templateHash } from '../template-hash.ts';
import { maxSurge, wanted } from './replica-counts.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const ROLLBACK_TO = 'deprecated.deployment.rollback.to';
const HASH_LABEL = 'pod-template-hash';
const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
]);

export const revisionOf = ({ metadata }: Pick<ReplicaSet, 'metadata'>): number => {
  const revision = Number(metadata.annotations?.[REVISION] ?? 0);
  return Number.isSafeInteger(revision) ? revision : 0;
};

export function withoutHash({ metadata = {}, ...rest }: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _, ...labels } = metadata.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels } };
}

/** The set made from the Deployment's template; of several the oldest, so that the choice is stable. */
export function findNewSet({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const template = withoutHash(spec.template);
  return [...sets]
    .sort((a, b) => Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? ''))
    .find((set) => same(withoutHash(set.spec.template), template));
}

/** The annotations that the new set must have; the set's own others are kept. */
export function newSetAnnotations(
  deployment: Deployment,
  before: Record<string, string>,
  revision: number,
): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name));
  const after = { ...before, ...Object.fromEntries(copied) };
  const old = Number(before[REVISION] ?? 0);
  if (old < revision) {
    after[REVISION] = String(revision);
    if (before[REVISION] !== undefined) {
      const history = before[REVISION_HISTORY];
      after[REVISION_HISTORY] = history === undefined ? before[REVISION] : `${history},${before[REVISION]}`;
    }
  }
  return after;
}

/** The Deployment's when it goes back to the set: the set's own say what it was then. Source: SetDeploymentAnnotationsTo. */
export function annotationsOf(deployment: Deployment, set: ReplicaSet): Record<string, string> {
  const [kept, old] = [
    Object.entries(deployment.metadata.annotations ?? {}),
    Object.entries(set.metadata.annotations ?? {}),
  ];
  return Object.fromEntries([
    ...kept.filter(([name]) => NOT_COPIED.has(name)),
    ...old.filter(([name]) => !NOT_COPIED.has(name)),
  ]);
}

/** What a set must remember of the Deployment's size, to be scaled in proportion later. */
export const sizeAnnotations = (deployment: Deployment): Record<string, string> => ({
  [DESIRED_REPLICAS]: String(wanted(deployment)),
  [MAX_REPLICAS]: String(wanted(deployment) + maxSurge(deployment)),
});

/** The Deployment was resized since its sets were last sized. */
export const isScaling = (deployment: Deployment, sets: readonly ReplicaSet[]): boolean =>
  sets
    .filter((set) => wanted(set) > 0)
    .some(({ metadata }) => {
      const desired = metadata.annotations?.[DESIRED_REPLICAS];
      return desired !== undefined && Number(desired) !== wanted(deployment);
    });

/** Not yet stored: without a UID. */
export interface NewReplicaSet extends Omit<ReplicaSet, 'metadata'> {
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string };
}

export function newSetOf(deployment: Deployment, revision: number, replicas: number): NewReplicaSet {
  const { name, namespace, uid } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { ...newSetAnnotations(deployment, {}, revision), ...sizeAnnotations(deployment) },
      ownerReferences: [owner],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
