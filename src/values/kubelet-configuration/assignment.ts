/**
 * What KubeletConfigs a node is given: an annotation, written by their controller and read by the node's kubelet. It
 * holds the documents themselves, so a pass over pods reads nothing more and the last-known-good survives its deletion.
 */
import type { KubeletConfiguration } from './configuration.ts';

export const ASSIGNED_ANNOTATION = 'fleet.flotilla.dev/assigned-kubelet-config';
/** On a node: the name of a KubeletConfig of its own. */
export const KUBELET_CONFIG_ANNOTATION = 'fleet.flotilla.dev/kubelet-config';
/** On a pool's node: the name of the KubeletConfig that its pool named as the node was made. */
export const POOL_CONFIG_ANNOTATION = 'fleet.flotilla.dev/pool-kubelet-config';
/** Condition of a node. */
export const CONFIG_OK = 'KubeletConfigOk';

export interface Layer {
  readonly from: 'pool' | 'node';
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly configuration: KubeletConfiguration;
}
/** What is first is below. `missing`: named, and not there; the layers before stay. */
export interface Assignment<L = Layer> {
  readonly layers: readonly L[];
  readonly missing?: readonly string[];
}
export type LayerRef = Omit<Layer, 'configuration'>;

/** undefined: none, or one that somebody wrote by hand. */
export function parseAssignment(text: string | undefined): Assignment | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  try {
    const { layers, missing } = JSON.parse(text) as Partial<Assignment>;
    return Array.isArray(layers) && layers.every(isLayer)
      ? { layers, ...(Array.isArray(missing) ? { missing: missing.map(String) } : {}) }
      : undefined;
  } catch {
    return undefined;
  }
}

function isLayer(value: unknown): value is Layer {
  const { name, configuration } = (value ?? {}) as Partial<Layer>;
  return typeof name === 'string' && typeof configuration === 'object' && configuration !== null;
}

/** The same for the same documents. */
export const assignmentKey = ({ layers, missing = [] }: Assignment<LayerRef>): string =>
  [...layers.map(({ from, name, uid, generation }) => `${from}=${name}/${uid}/${generation}`), ...missing].join(';');

export interface ConfigVerdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** What the node's kubelet says of an assignment; `problems`: of what all layers make together. undefined: nothing. */
export function verdictOf(
  { layers, missing = [] }: Assignment<LayerRef>,
  problems: readonly string[] = [],
): ConfigVerdict | undefined {
  const names = layers.map(({ name, generation }) => `KubeletConfig ${name} (generation ${generation})`).join(', ');
  if (problems.length > 0) {
    const message = `${names}: ${problems.join('; ')}; using the local configuration`;
    return { status: 'False', reason: 'KubeletConfigInvalid', message };
  }
  if (missing.length > 0) {
    const using = layers.length > 0 ? `last-known-good ${names}` : 'the local configuration';
    const message = `${missing.map((name) => `KubeletConfig "${name}" not found`).join('; ')}; using ${using}`;
    return { status: 'False', reason: 'KubeletConfigNotFound', message };
  }
  return layers.length > 0 ? { status: 'True', reason: 'KubeletConfigActive', message: `using ${names}` } : undefined;
}
