/** How many pods the controllers of a budget's pods are asked for. Source: disruption.go, getExpectedScale. */
import { decodeObject, type Registry } from '../../registry/registry.ts';
import { resourceId } from '../../resources/index.ts';
import type { KubeObject, OwnerReference } from '../../values/object.ts';
import { findOwner, ownerKind } from '../owner-kinds.ts';
import { controllerOf } from '../owner-references.ts';
import type { PodInfo } from '../views/pod-info.ts';

/** A pod whose controller has no size: the budget cannot be kept. */
export class NoScaleError extends Error {}

export interface ExpectedScale {
  readonly scale: number;
  /** Names of pods that no controller owns. */
  readonly unmanaged: readonly string[];
}

export async function expectedScale(registry: Registry, pods: readonly PodInfo[]): Promise<ExpectedScale> {
  const unmanaged = pods.filter(({ controllerUid }) => controllerUid === '').map(({ name }) => name);
  const oneOfEach = new Map(pods.map((pod) => [pod.controllerUid, pod]));
  oneOfEach.delete('');
  const found = await registry.getMany('pods', [...oneOfEach.values()]);
  const scales = new Map<string, number>();
  for (const stored of found) {
    const pod = decodeObject(stored);
    const reference = controllerOf(pod);
    if (reference !== undefined) {
      const { uid, replicas } = await scaleOf(registry, pod, reference);
      scales.set(uid, replicas);
    }
  }
  if (found.length < oneOfEach.size) {
    throw new Error('a pod went while its controller was looked for');
  }
  return { scale: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged };
}

/** A Deployment's own number counts, not those of its sets, which change while it rolls. */
async function scaleOf(
  registry: Registry,
  pod: KubeObject,
  reference: OwnerReference,
): Promise<{ uid: string; replicas: number }> {
  const { namespace = '', name = '' } = pod.metadata;
  const owner = await findOwner(registry, namespace, reference);
  const above = owner?.kind === 'ReplicaSet' ? controllerOf(owner) : undefined;
  const top = above?.kind === 'Deployment' ? ((await findOwner(registry, namespace, above)) ?? owner) : owner;
  const definition = top === undefined ? undefined : ownerKind(top);
  if (top === undefined || definition === undefined) {
    throw new NoScaleError(`found no controllers for pod "${name}"`);
  }
  const id = resourceId(definition);
  if (definition.subresources.scale === undefined) {
    throw new NoScaleError(`${id} does not implement the scale subresource`);
  }
  const { spec } = await registry.getScale(id, namespace, top.metadata.name ?? '');
  return { uid: top.metadata.uid ?? '', replicas: (spec as { replicas?: number }).replicas ?? 0 };
}
