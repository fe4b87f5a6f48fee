/** The claims of a pod. Source: component-helpers/storage/ephemeral, VolumeClaimName. */
import type { Pod, PodSpec } from '../kinds/pod.ts';

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
  return claims === undefined || claims.length === 0 ? NONE : claims;
}

/** Claims that may not go before the pod. Of one that is shut down, its own may. Source: pvcprotection, podUsesPVC. */
export function heldClaims(metadata: Pod['metadata'], spec: PodSpec): readonly PodClaim[] {
  if ((spec.nodeName ?? '') === '') {
    return NONE;
  }
  const claims = claimsOf(metadata, spec);
  return isShutDown(metadata) ? claims.filter(({ isEphemeral }) => !isEphemeral) : claims;
}

/** Its kubelet is done with it, or it was deleted by force. */
export const isShutDown = ({ deletionTimestamp, deletionGracePeriodSeconds }: Pod['metadata']): boolean =>
  deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0;
