/** The claims of a pod: bound where the node is, or bindable there. Source: plugins/volumebinding/volume_binding.go, 1.34. */
import { objectKey } from '../../../registry/informer.ts';
import { isSameJson } from '../../../values/same-json.ts';
import type { ClaimInfo } from '../../views/volume-view.ts';
import { claimsOf, type PodClaim } from '../../volume-binding/claims-of.ts';
import type { Demand } from '../demand/demand.ts';
import type { PodVolumes } from '../world/pod-volumes.ts';
import { nowMeets, type Plugin } from './plugin.ts';

export const VOLUME_BINDING = 'VolumeBinding';
const UNBOUND = 'pod has unbound immediate PersistentVolumeClaims';

/** Why no node can do; undefined: some may. */
function rejection({ pod }: Demand, { name, isEphemeral }: PodClaim, claim: ClaimInfo | undefined): string | undefined {
  if (claim === undefined) {
    return isEphemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`;
  }
  if (claim.phase === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
  }
  if (claim.deleting) {
    return `persistentvolumeclaim "${name}" is being deleted`;
  }
  return isEphemeral && claim.owner !== pod.uid
    ? `PVC ${pod.namespace}/${name} was not created for pod ${pod.namespace}/${pod.name} (pod is not owner)`
    : undefined;
}

/** Those that are there. */
export const storedClaims = ({ pod, spec }: Demand, { view }: PodVolumes): ClaimInfo[] =>
  claimsOf(pod, spec).flatMap(({ name }) => view.claims.get(pod.namespace, name) ?? []);

export const volumeBinding: Plugin = {
  name: VOLUME_BINDING,
  ready: (demand, { volumes }) => {
    const { pod, spec } = demand;
    const wanted = claimsOf(pod, spec);
    if (wanted.length === 0) {
      return undefined;
    }
    const { version } = volumes;
    const claims = storedClaims(demand, volumes);
    const refuse = (): string | undefined => {
      for (const each of wanted) {
        const reason = rejection(demand, each, volumes.view.claims.get(pod.namespace, each.name));
        if (reason !== undefined) {
          return reason;
        }
      }
      return claims.some((claim) => !claim.isBound && !volumes.isDelayed(claim)) ? UNBOUND : undefined;
    };
    return {
      refuse,
      filter: ({ info }) => {
        const reasons = info === undefined ? [] : volumes.obstacles(claims, info);
        return reasons.length === 0 ? undefined : { plugin: VOLUME_BINDING, reasons, preemptible: false };
      },
      isStale: () => version !== volumes.version,
    };
  },
  helps: (event, { pod, spec }) =>
    event.kind === 'storage'
      ? event.claim === undefined ||
        claimsOf(pod, spec).some(({ name }) => objectKey(pod.namespace, name) === event.claim)
      : nowMeets(event, () => true) || (event.kind === 'node' && !isSameJson(event.before?.labels, event.node.labels)),
};
