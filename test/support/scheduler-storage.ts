/** Claims and volumes for the scheduler's world, as little of them as its plugins read. */
import { CLAIMS, VOLUMES } from '../../src/controllers/kinds/volume.ts';
import type { SchedulerWorld } from './scheduler-world.ts';

export const usingClaims = (...names: string[]) => ({
  spec: { volumes: names.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) },
});

export const volume = (
  fleet: SchedulerWorld,
  name: string,
  spec: object = {},
  labels: Record<string, string> = {},
): void =>
  fleet.other(VOLUMES, name, {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, labels }, spec },
    status: { phase: 'Bound' },
  } as never);

/** Bound to the volume of that name, or to none when that is ''. */
export const claim = (fleet: SchedulerWorld, name: string, volumeName: string, spec: object = {}): void =>
  fleet.other(CLAIMS, `default/${name}`, {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: {
      ...{ namespace: 'default', name, uid: name },
      annotations: volumeName === '' ? {} : { 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: { ...spec, ...(volumeName === '' ? {} : { volumeName }) },
    status: { phase: volumeName === '' ? 'Pending' : 'Bound' },
  } as never);

/** `counts`: by driver; undefined: that driver has no limit. */
export const csiNode = (name: string, counts: Record<string, number | undefined>) => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name } },
  spec: {
    drivers: Object.entries(counts).map(([driver, count]) => ({
      ...{ name: driver, nodeID: name },
      ...(count === undefined ? {} : { allocatable: { count } }),
    })),
  },
});

export const attachment = (nodeName: string, attacher: string, persistentVolumeName: string) => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment' },
  metadata: { name: `csi-${nodeName}-${persistentVolumeName}` },
  spec: { attacher, nodeName, source: { persistentVolumeName } },
});
