/** A claim of one pod alone (ReadWriteOncePod) is free, and no pod on the node has the pod's disks. Source: plugins/volumerestrictions/volume_restrictions.go, 1.34. */
import { objectKey } from '../../../registry/informer.ts';
import type { PodDisk } from '../../views/pod-disks.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { sharedClaims } from '../cache/claim-users.ts';
import type { Demand } from '../demand/demand.ts';
import type { Filter, Plugin, Refusal } from './plugin.ts';

const name = 'VolumeRestrictions';
const ALONE = 'ReadWriteOncePod';
const IN_USE: Refusal = {
  plugin: name,
  reasons: ['node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode'],
  preemptible: true,
};

const DISK_CONFLICT: Refusal = { plugin: name, reasons: ['node(s) had no available disk'], preemptible: true };

const conflicts = (wanted: readonly PodDisk[], { disks }: PodInfo): boolean =>
  disks.some(({ id, readOnly }) => wanted.some((disk) => disk.id === id && !(readOnly && disk.readOnly)));

const onFreeDisks =
  (wanted: readonly PodDisk[]): Filter =>
  ({ pods }) =>
    [...pods].some((pod) => conflicts(wanted, pod)) ? DISK_CONFLICT : undefined;

export const volumeRestrictions: Plugin = {
  name,
  ready: ({ pod }, { volumes, claimUsers }) => {
    const { namespace, disks } = pod;
    const shared = sharedClaims(pod);
    if (shared.length === 0 && disks.length === 0) {
      return undefined;
    }
    const { version } = volumes;
    const { claims } = volumes.view;
    const alone = shared.filter((claim) => claims.get(namespace, claim)?.spec.accessModes?.includes(ALONE) === true);
    const isInUse = (): boolean => alone.some((claim) => claimUsers.isUsed(namespace, claim));
    return {
      ...(disks.length === 0 ? {} : { filterAlone: onFreeDisks(disks) }),
      ...(alone.length === 0 ? {} : { filter: () => (isInUse() ? IN_USE : undefined), isFiltering: isInUse }),
      isStale: () => version !== volumes.version,
    };
  },
  helps: (event, { pod }: Demand) => {
    const claims = sharedClaims(pod);
    if (pod.disks.length > 0 && event.kind === 'node') {
      return event.before === undefined;
    }
    return event.kind === 'pod-gone'
      ? conflicts(pod.disks, event.pod) ||
          (event.pod.namespace === pod.namespace && sharedClaims(event.pod).some((claim) => claims.includes(claim)))
      : event.kind === 'storage' && claims.some((claim) => objectKey(pod.namespace, claim) === event.claim);
  },
};
