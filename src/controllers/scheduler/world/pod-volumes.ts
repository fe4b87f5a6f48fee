/**
 * What the claims of pods allow, and what must be decided about them for a node. What is decided counts at once, until
 * the view shows it or it failed. Source: plugins/volumebinding/{binder,assume_cache}.go, 1.34.
 */
import { objectKey } from '../../../registry/informer.ts';
import { NO_PROVISIONER, type StorageClass } from '../../kinds/volume.ts';
import { parseKey } from '../../namespaced-key.ts';
import type { NodeInfo } from '../../views/node-info.ts';
import type { ClaimInfo, VolumeInfo, VolumeView } from '../../views/volume-view.ts';
import { findVolume, reaches } from '../../volume-binding/match-volume.ts';

type Place = Pick<NodeInfo, 'name' | 'labels'>;

/** Of one claim: a volume that is there, or none yet: one will be made for the node. */
export interface Decision {
  readonly claim: ClaimInfo;
  readonly volume?: string;
}
export const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity";
export const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
export const NO_SUCH_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

const keyOf = ({ namespace, name }: ClaimInfo): string => objectKey(namespace, name);

export class PodVolumes {
  readonly view: VolumeView;
  /** Claims by the volume that they will get, and nodes by the claim that waits for one. */
  readonly #given = new Map<string, string>();
  readonly #places = new Map<string, string>();
  #version = 0;
  #storedVersion = 0;

  constructor(view: VolumeView) {
    this.view = view;
    view.onChange((claim) => {
      this.#storedVersion += 1;
      this.#version += 1;
      this.#settle(claim);
    });
  }

  /** Changes when any answer may have changed. */
  get version(): number {
    return this.#version;
  }

  /** Changes with the view alone, not with what is decided. */
  get storedVersion(): number {
    return this.#storedVersion;
  }

  /** Its claims wait for a node. Any other that is not bound is none of the scheduler's. */
  isDelayed({ className, spec }: ClaimInfo): boolean {
    const mode = this.view.classes.get('', className)?.volumeBindingMode;
    return (spec.volumeName ?? '') === '' && mode === 'WaitForFirstConsumer';
  }

  /** Why the node cannot have them; empty: it can. */
  obstacles(claims: readonly ClaimInfo[], node: Place): readonly string[] {
    const volumes = claims
      .filter(({ isBound }) => isBound)
      .map(({ spec }) => this.view.volumes.get('', spec.volumeName ?? ''));
    return [
      ...(volumes.some((volume) => volume !== undefined && !reaches(volume, node)) ? [NODE_CONFLICT] : []),
      ...(this.decide(claims, node) === undefined ? [BIND_CONFLICT] : []),
      ...(volumes.includes(undefined) ? [NO_SUCH_VOLUME] : []),
    ];
  }

  /** For the claims that wait, the smallest first; undefined: the node cannot have them. */
  decide(claims: readonly ClaimInfo[], node: Place): readonly Decision[] | undefined {
    const decisions: Decision[] = [];
    const chosen = new Set<string>();
    const waiting = claims
      .filter(({ isBound }) => !isBound)
      .sort((a, b) => (a.requested < b.requested ? -1 : a.requested > b.requested ? 1 : 0));
    for (const claim of waiting) {
      const place = this.#places.get(keyOf(claim)) ?? claim.selectedNode;
      const taken = ({ name }: VolumeInfo): boolean =>
        chosen.has(name) || (this.#given.get(name) ?? keyOf(claim)) !== keyOf(claim);
      const volume =
        place === ''
          ? findVolume(claim, this.view.freeVolumes(claim.className), { node, waits: true, taken })
          : undefined;
      const canBeMade = place === '' ? this.#canMake(claim, node) : place === node.name && this.#canMake(claim, node);
      if (volume === undefined && !canBeMade) {
        return undefined;
      }
      if (volume !== undefined) {
        chosen.add(volume.name);
      }
      decisions.push({ claim, ...(volume === undefined ? {} : { volume: volume.name }) });
    }
    return decisions;
  }

  #canMake({ className }: ClaimInfo, node: Place): boolean {
    const storage = this.view.classes.get('', className);
    return storage !== undefined && storage.provisioner !== NO_PROVISIONER && isAllowed(storage, node);
  }

  assume(decisions: readonly Decision[], nodeName: string): void {
    for (const { claim, volume } of decisions) {
      volume === undefined ? this.#places.set(keyOf(claim), nodeName) : this.#given.set(volume, keyOf(claim));
    }
    this.#version += 1;
  }

  /** What the view shows need not be remembered. */
  #settle(claim: string | undefined): void {
    const { namespace, name } = parseKey(claim ?? '');
    const seen = claim === undefined ? undefined : this.view.claims.get(namespace, name);
    if (claim !== undefined && (seen === undefined || seen.isBound || seen.selectedNode !== '')) {
      this.#places.delete(claim);
    }
    for (const volume of this.#given.keys()) {
      const stored = this.view.volumes.get('', volume);
      if (stored === undefined || stored.claimRef !== undefined) {
        this.#given.delete(volume);
      }
    }
  }

  /** They could not be written. */
  forget(decisions: readonly Decision[]): void {
    for (const { claim, volume } of decisions) {
      volume === undefined ? this.#places.delete(keyOf(claim)) : this.#given.delete(volume);
    }
    this.#version += 1;
  }
}

/** Source: component-helpers/scheduling/corev1, MatchTopologySelectorTerms. */
const isAllowed = ({ allowedTopologies = [] }: StorageClass, { labels }: Place): boolean =>
  allowedTopologies.length === 0 ||
  allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
  );
