/** Volumes of CSI drivers that a pod asks for, and that a node has: by its pods, and by VolumeAttachments. */
import { csiDriverOf } from '../../kinds/csi-driver-name.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { usedClaims } from '../cache/claim-users.ts';
import type { NodeState } from '../cache/node-state.ts';
import type { World } from '../world/world.ts';

/** By driver, each volume once however many pods have it. */
type VolumesByDriver = ReadonlyMap<string, ReadonlySet<string>>;
type Gathered = Map<string, Set<string>>;

interface Known {
  readonly generation: number | undefined;
  /** Claims of its pods, whatever they are. */
  readonly claims: number;
  gathered: { readonly stored: number; readonly attached: number; readonly volumes: VolumesByDriver } | undefined;
}
/** One pod is decided by looking at each node, and changes one of them at most. */
const known = new WeakMap<NodeState, Known>();

function add(gathered: Gathered, driver: string, id: string): void {
  const ids = gathered.get(driver);
  if (ids === undefined) {
    gathered.set(driver, new Set([id]));
  } else {
    ids.add(id);
  }
}

function addClaims(gathered: Gathered, pod: PodInfo, { view }: World['volumes']): void {
  for (const { name: claimName } of usedClaims(pod)) {
    const claim = view.claims.get(pod.namespace, claimName);
    const volume = view.volumes.get('', claim?.spec.volumeName ?? '');
    // Not made yet: it counts for the driver of its class.
    const provisioner = view.classes.get('', claim?.className ?? '')?.provisioner;
    const promised = provisioner === undefined ? undefined : csiDriverOf(provisioner);
    const driver = volume === undefined ? promised : volume.csi?.driver;
    if (driver !== undefined) {
      add(gathered, driver, volume?.csi?.volumeHandle ?? `claim ${pod.namespace}/${claimName}`);
    }
  }
}

export function volumesOf(pod: PodInfo, { volumes }: World): VolumesByDriver {
  const gathered: Gathered = new Map();
  addClaims(gathered, pod, volumes);
  return gathered;
}

function gatheredOn(node: NodeState, { volumes, volumeLimits }: World): VolumesByDriver {
  const gathered: Gathered = new Map();
  for (const pod of node.pods) {
    addClaims(gathered, pod, volumes);
  }
  for (const { driver, volume } of volumeLimits.attachedTo(node.name)) {
    const csi = volumes.view.volumes.get('', volume)?.csi;
    if (csi !== undefined) {
      add(gathered, driver, csi.volumeHandle);
    }
  }
  return gathered;
}

function knownOf(node: NodeState, { cache }: World): Known {
  const generation = cache.generations[node.slot];
  const before = known.get(node);
  if (before?.generation === generation) {
    return before as Known;
  }
  let claims = 0;
  for (const pod of node.pods) {
    claims += usedClaims(pod).length;
  }
  const now: Known = { generation, claims, gathered: undefined };
  known.set(node, now);
  return now;
}

/** No driver has more volumes on the node. Known without a look at any claim: these change far more often than pods. */
export const mostVolumesOn = (node: NodeState, world: World): number =>
  knownOf(node, world).claims + world.volumeLimits.attachmentsOf(node.name);

/** Kept until the node's pods, what is stored of volumes, or an attachment changes. */
export function volumesOn(node: NodeState, world: World): VolumesByDriver {
  const { storedVersion: stored } = world.volumes;
  const { version: attached } = world.volumeLimits;
  const of = knownOf(node, world);
  if (of.gathered?.stored !== stored || of.gathered.attached !== attached) {
    of.gathered = { stored, attached, volumes: gatheredOn(node, world) };
  }
  return of.gathered.volumes;
}
