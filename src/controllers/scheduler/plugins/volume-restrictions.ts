/** A claim of one pod alone (ReadWriteOncePod) is free. Source: plugins/volumerestrictions/volume_restrictions.go, 1.34. */
import { objectKey } from '../../../registry/informer.ts';
import { sharedClaims } from '../cache/claim-users.ts';
import type { Demand } from '../demand/demand.ts';
import type { Plugin, Refusal } from './plugin.ts';

const name = 'VolumeRestrictions';
const ALONE = 'ReadWriteOncePod';
const IN_USE: Refusal = {
  plugin: name,
  reasons: ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
  preemptible: true,
};

export const volumeRestrictions: Plugin = {
  name,
  ready: ({ pod }, { volumes, claimUsers }) => {
    const { namespace } = pod;
    const shared = sharedClaims(pod);
    if (shared.length === 0) {
      return undefined;
    }
    const { version } = volumes;
    const { claims } = volumes.view;
    const alone = shared.filter((claim) => claims.get(namespace, claim)?.spec.accessModes?.includes(ALONE) === true);
    const isInUse = (): boolean => alone.some((claim) => claimUsers.isUsed(namespace, claim));
    return {
      ...(alone.length === 0 ? {} : { filter: () => (isInUse() ? IN_USE : undefined), isFiltering: isInUse }),
      isStale: () => version !== volumes.version,
    };
  },
  helps: (event, { pod }: Demand) => {
    const claims = sharedClaims(pod);
    return event.kind === 'pod-gone'
      ? event.pod.namespace === pod.namespace && sharedClaims(event.pod).some((claim) => claims.includes(claim))
      : event.kind === 'storage' && claims.some((claim) => objectKey(pod.namespace, claim) === event.claim);
  },
};
