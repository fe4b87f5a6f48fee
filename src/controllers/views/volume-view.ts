/**
 * Claims, volumes and storage classes, reduced to what binding them needs. Shared by those who bind; a few milliseconds
 * behind, so every write is compared.
 */
import type { Informer, InformerOptions } from '../../registry/informer.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseQuantity } from '../../values/quantity.ts';
import type { NodeSelectorTerm } from '../kinds/pod.ts';
import {
  BIND_COMPLETED,
  CLAIMS,
  CLASSES,
  type Claim,
  type ClaimReference,
  classNameOf,
  SELECTED_NODE,
  type StorageClass,
  VOLUMES,
  type Volume,
} from '../kinds/volume.ts';
import { Grouped } from './grouped.ts';

export interface ClaimInfo {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly spec: Claim['spec'];
  readonly className: string;
  readonly requested: bigint;
  readonly phase: string;
  readonly deleting: boolean;
  /** It has its volume, and both say so. */
  readonly isBound: boolean;
  /** Where its first pod will run; '' while nobody decided. */
  readonly selectedNode: string;
  readonly owner: string;
}
export interface VolumeInfo {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly className: string;
  readonly capacity: bigint;
  readonly accessModes: readonly string[];
  readonly volumeMode: string;
  readonly claimRef: ClaimReference | undefined;
  readonly phase: string;
  readonly deleting: boolean;
  /** undefined: every node can have it. */
  readonly terms: readonly NodeSelectorTerm[] | undefined;
  readonly csi: Volume['spec']['csi'];
}

const bytes = (text: string | undefined): bigint => parseQuantity(text ?? '')?.nanos ?? 0n;

export function toClaimInfo(object: KubeObject): ClaimInfo {
  const claim = object as Claim;
  const { metadata, spec, status } = claim;
  return {
    ...{ namespace: metadata.namespace, name: metadata.name, uid: metadata.uid, spec },
    className: classNameOf(claim),
    requested: bytes(spec.resources?.requests?.['storage']),
    phase: status?.phase ?? 'Pending',
    deleting: metadata.deletionTimestamp !== undefined,
    isBound: (spec.volumeName ?? '') !== '' && metadata.annotations?.[BIND_COMPLETED] !== undefined,
    selectedNode: metadata.annotations?.[SELECTED_NODE] ?? '',
    owner: metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? '',
  };
}

export function toVolumeInfo(object: KubeObject): VolumeInfo {
  const volume = object as Volume;
  const { metadata, spec, status } = volume;
  return {
    ...{ name: metadata.name, labels: metadata.labels ?? {}, className: classNameOf(volume) },
    ...{ capacity: bytes(spec.capacity?.['storage']), accessModes: spec.accessModes ?? [] },
    ...{ volumeMode: spec.volumeMode ?? 'Filesystem', claimRef: spec.claimRef, phase: status?.phase ?? 'Pending' },
    deleting: metadata.deletionTimestamp !== undefined,
    terms: spec.nodeAffinity?.required?.nodeSelectorTerms,
    csi: spec.csi,
  };
}

type Follow = <T>(options: Pick<InformerOptions<T>, 'resource' | 'project' | 'onChange'>) => Informer<T>;
/** `claim`: its key, when it is that which changed. */
type Listener = (claim: string | undefined) => void;

const isOpen = ({ isBound, phase }: ClaimInfo): boolean => !isBound && phase !== 'Lost';

export class VolumeView {
  readonly claims: Informer<ClaimInfo>;
  readonly volumes: Informer<VolumeInfo>;
  readonly classes: Informer<StorageClass>;
  readonly #open = new Grouped<ClaimInfo>();
  /** Of a class: that no claim has for good. */
  readonly #free = new Grouped<VolumeInfo>();
  readonly #listeners: Listener[] = [];

  constructor(follow: Follow) {
    this.claims = follow<ClaimInfo>({
      ...{ resource: CLAIMS, project: toClaimInfo },
      onChange: (key, now, before) => {
        regroup(this.#open, key, now, before, isOpen);
        this.#tell(key);
      },
    });
    this.volumes = follow<VolumeInfo>({
      ...{ resource: VOLUMES, project: toVolumeInfo },
      onChange: (key, now, before) => {
        regroup(this.#free, key, now, before, ({ phase }) => phase !== 'Bound');
        this.#tell(undefined);
      },
    });
    this.classes = follow<StorageClass>({
      ...{ resource: CLASSES, project: (object) => object as StorageClass },
      onChange: () => this.#tell(undefined),
    });
  }

  /** Claims of a class that have no volume yet. */
  openClaims(className: string): Iterable<ClaimInfo> {
    return this.#open.of(className);
  }
  openClasses(): Iterable<string> {
    return this.#open.groups();
  }
  /** Volumes of a class that are not bound, those promised to a claim among them. */
  freeVolumes(className: string): Iterable<VolumeInfo> {
    return this.#free.of(className);
  }
  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  #tell(claim: string | undefined): void {
    for (const listener of this.#listeners) {
      listener(claim);
    }
  }
}

function regroup<T extends { readonly className: string }>(
  index: Grouped<T>,
  key: string,
  now: T | undefined,
  before: T | undefined,
  belongs: (item: T) => boolean,
): void {
  if (before !== undefined) {
    index.drop(before.className, key);
  }
  if (now !== undefined && belongs(now)) {
    index.put(now.className, key, now);
  }
}
