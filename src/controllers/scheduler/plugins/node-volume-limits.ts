/**
 * No node gets more volumes of a CSI driver than its CSINode allows. Volumes of kinds that were moved to CSI are not
 * counted. Source: plugins/nodevolumelimits/csi.go, 1.34.
 */
import { csiDriverOf } from '../../kinds/csi-driver-name.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { concernsClaims, usedClaims } from '../cache/claim-users.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { World } from '../world/world.ts';
import type { Plugin, Refusal } from './plugin.ts';

const name = 'NodeVolumeLimits';
const TOO_MANY: Refusal = { plugin: name, reasons: ['node(s) exceed max volume count'], preemptible: true };

/** Driver by volume, each volume once however many pods have it. */
type Attached = Map<string, string>;

function addClaims(attached: Attached, pod: PodInfo, { view }: World['volumes']): void {
  for (const { name: claimName } of usedClaims(pod)) {
    const claim = view.claims.get(pod.namespace, claimName);
    const volume = view.volumes.get('', claim?.spec.volumeName ?? '');
    // Not made yet: it counts for the driver of its class.
    const provisioner = view.classes.get('', claim?.className ?? '')?.provisioner;
    const promised = provisioner === undefined ? undefined : csiDriverOf(provisioner);
    const driver = volume === undefined ? promised : volume.csi?.driver;
    if (driver !== undefined) {
      const id = volume?.csi?.volumeHandle ?? `claim ${pod.namespace}/${claimName}`;
      attached.set(`${driver}/${id}`, driver);
    }
  }
}

function attachedTo(node: NodeState, { volumes, volumeLimits }: World): Attached {
  const attached: Attached = new Map();
  for (const pod of node.pods) {
    addClaims(attached, pod, volumes);
  }
  for (const { driver, volume } of volumeLimits.attachedTo(node.name)) {
    const csi = volumes.view.volumes.get('', volume)?.csi;
    if (csi !== undefined) {
      attached.set(`${driver}/${csi.volumeHandle}`, driver);
    }
  }
  return attached;
}

function countsByDriver(volumes: Attached): Map<string, number> {
  const counts = new Map<string, number>();
  for (const driver of volumes.values()) {
    counts.set(driver, (counts.get(driver) ?? 0) + 1);
  }
  return counts;
}

export const nodeVolumeLimits: Plugin = {
  name,
  ready: ({ pod }, world) => {
    const { volumes, volumeLimits } = world;
    const { version } = volumes;
    if (usedClaims(pod).length === 0) {
      return undefined;
    }
    const wanted: Attached = new Map();
    addClaims(wanted, pod, volumes);
    return {
      filter: (node) => {
        const limits = volumeLimits.of(node.name);
        if (limits === undefined) {
          return undefined;
        }
        const attached = attachedTo(node, world);
        const taken = countsByDriver(attached);
        const more = countsByDriver(new Map([...wanted].filter(([id]) => !attached.has(id))));
        const isOver = ([driver, count]: [string, number]): boolean =>
          (taken.get(driver) ?? 0) + count > (limits[driver] ?? Number.POSITIVE_INFINITY);
        return [...more].some(isOver) ? TOO_MANY : undefined;
      },
      isFiltering: () => wanted.size > 0 && !volumeLimits.isEmpty,
      isStale: () => version !== volumes.version,
    };
  },
  helps: (event, { pod }) =>
    event.kind === 'volume-limits' ||
    (event.kind === 'node' && event.before === undefined) ||
    (event.kind === 'pod-gone' && usedClaims(event.pod).length > 0) ||
    (event.kind === 'storage' && concernsClaims(event.claim, pod)),
};
