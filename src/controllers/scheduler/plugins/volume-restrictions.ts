/** A claim of one pod alone (ReadWriteOncePod) is free. Source: plugins/volumerestrictions/volume_restrictions.go, 1.34. */
import { objectKey } from '../../../registry/informer.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { claimsOf } from '../../volume-binding/claims-of.ts';
import type { Demand } from '../demand/demand.ts';
import type { World } from '../world/world.ts';
import type { Plugin, Refusal } from './plugin.ts';
import { storedClaims } from './volume-binding.ts';

const name = 'VolumeRestrictions';
const IN_USE: Refusal = {
  plugin: name,
  reasons: ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
  preemptible: true,
};

/** By name; those that are made for a pod no other can use. */
const sharedClaims = (pod: PodInfo): string[] =>
  (pod.scheduling === undefined ? pod.heldClaims : claimsOf(pod, pod.scheduling)).flatMap((claim) =>
    claim.isEphemeral ? [] : [claim.name],
  );

const usersOf = ({ namespace }: PodInfo, claim: string, { tallies }: World) =>
  tallies.take({
    key: `claim/${objectKey(namespace, claim)}`,
    namespaces: new Set([namespace]),
    matches: (pod) => sharedClaims(pod).includes(claim),
  });

export const volumeRestrictions: Plugin = {
  name,
  ready: (demand, world) => {
    const { pod } = demand;
    if (sharedClaims(pod).length === 0) {
      return undefined;
    }
    const { version } = world.volumes;
    const users = storedClaims(demand, world.volumes)
      .filter(({ spec }) => spec.accessModes?.includes('ReadWriteOncePod') === true)
      .map((claim) => usersOf(pod, claim.name, world));
    const isInUse = (): boolean => users.some((tally) => tally.total() > 0);
    return {
      ...(users.length === 0 ? {} : { filter: () => (isInUse() ? IN_USE : undefined), isFiltering: isInUse }),
      isStale: () => version !== world.volumes.version,
      release: () => {
        for (const tally of users) {
          tally.release();
        }
      },
    };
  },
  helps: (event, { pod }: Demand) => {
    const claims = sharedClaims(pod);
    return event.kind === 'pod-gone'
      ? event.pod.namespace === pod.namespace && sharedClaims(event.pod).some((claim) => claims.includes(claim))
      : event.kind === 'storage' && claims.some((claim) => objectKey(pod.namespace, claim) === event.claim);
  },
};
