/** Disks that a pod names itself, of the kinds of which two pods on a node get in each other's way. */
import type { PodVolume } from '../kinds/pod.ts';

export interface PodDisk {
  readonly id: string;
  /** Any number of pods may have it so. */
  readonly readOnly: boolean;
}

const NONE: readonly PodDisk[] = [];

/** Source: plugins/volumerestrictions, isVolumeConflict. An image of RBD is a disk for each monitor it is asked of. */
function disksOf({ gcePersistentDisk, awsElasticBlockStore, iscsi, rbd }: PodVolume): PodDisk[] {
  return [
    ...(gcePersistentDisk === undefined
      ? []
      : [{ id: `gce ${gcePersistentDisk.pdName}`, readOnly: gcePersistentDisk.readOnly === true }]),
    ...(awsElasticBlockStore === undefined ? [] : [{ id: `aws ${awsElasticBlockStore.volumeID}`, readOnly: false }]),
    ...(iscsi === undefined ? [] : [{ id: `iscsi ${iscsi.iqn}`, readOnly: iscsi.readOnly === true }]),
    ...(rbd?.monitors ?? []).map((monitor) => ({
      id: `rbd ${monitor} ${rbd?.pool ?? ''} ${rbd?.image ?? ''}`,
      readOnly: rbd?.readOnly === true,
    })),
  ];
}

export function podDisks(volumes: readonly PodVolume[] = []): readonly PodDisk[] {
  const disks = volumes.flatMap(disksOf);
  return disks.length === 0 ? NONE : disks;
}
