/** The claims of a pod. Source: component-helpers/storage/ephemeral, VolumeClaimName. */
import type { PodSpec } from '../kinds/pod.ts';

export interface PodClaim {
  readonly name: string;
  /** It is made for the pod alone. */
  readonly isEphemeral: boolean;
}

const NONE: readonly PodClaim[] = [];

export function claimsOf(pod: { readonly name: string }, { volumes }: Pick<PodSpec, 'volumes'>): readonly PodClaim[] {
  const claims = volumes?.flatMap(({ name, persistentVolumeClaim, ephemeral }): PodClaim[] =>
    persistentVolumeClaim !== undefined
      ? [{ name: persistentVolumeClaim.claimName, isEphemeral: false }]
      : ephemeral !== undefined
        ? [{ name: `${pod.name}-${name}`, isEphemeral: true }]
        : [],
  );
  return claims ?? NONE;
}
