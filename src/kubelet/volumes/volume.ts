/** core/v1 Volume, the sources that the kubelet reads, and what a volume comes to. */
import type { VolumeFile } from '../../runtimes/runtime.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ReadConfig } from '../container-env.ts';
import type { Node } from '../node.ts';
import type { EnvVar, Pod } from '../pod.ts';

interface KeyToPath {
  key: string;
  path: string;
  mode?: number;
}
/** Of a ConfigMap or Secret. */
export interface KeysSource {
  name?: string;
  items?: KeyToPath[];
  optional?: boolean;
  defaultMode?: number;
}
type ValueFrom = NonNullable<EnvVar['valueFrom']>;
export interface DownwardSourceFiles {
  items?: {
    path: string;
    mode?: number;
    fieldRef?: NonNullable<ValueFrom['fieldRef']>;
    resourceFieldRef?: NonNullable<ValueFrom['resourceFieldRef']>;
  }[];
  defaultMode?: number;
}
export interface TokenSource {
  audience?: string;
  expirationSeconds?: number;
  path: string;
}
export interface Projection {
  configMap?: KeysSource;
  secret?: KeysSource;
  downwardAPI?: DownwardSourceFiles;
  serviceAccountToken?: TokenSource;
  clusterTrustBundle?: Record<string, unknown>;
  podCertificate?: Record<string, unknown>;
}
export interface Volume {
  name: string;
  configMap?: KeysSource;
  secret?: Omit<KeysSource, 'name'> & { secretName?: string };
  downwardAPI?: DownwardSourceFiles;
  projected?: { sources?: Projection[]; defaultMode?: number };
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  /** A claim of the pod's own, which a controller makes. */
  ephemeral?: object;
  csi?: { driver?: string };
  hostPath?: { path: string; type?: string };
  emptyDir?: { medium?: string; sizeLimit?: string };
}

/** 0644, where a source says nothing. */
export const FILE_MODE = 0o644;

/** The volume cannot be had as things are; `message` in the words of the kubelet's volume plugins. */
export class MountError extends Error {}
/** The same, before a volume plugin was asked: its claim is in the way, or there is no plugin. */
export class ProcessingError extends MountError {}

export interface VolumeContext {
  readonly pod: Pod;
  readonly hostIP: string;
  readonly podIP: string;
  readonly readConfig: ReadConfig;
  readonly readClaim: (name: string) => Promise<KubeObject | undefined>;
  readonly readPersistentVolume: (name: string) => Promise<KubeObject | undefined>;
  /** The pod's. */
  readonly readNode: () => Promise<Node | undefined>;
  /** Throws MountError. */
  readonly token: (source: TokenSource) => Promise<string>;
}

/** undefined: it holds what its users leave in it. Throws MountError. */
export type Content = readonly VolumeFile[] | undefined;

export const textFile = (path: string, text: string, mode: number): VolumeFile => ({
  path,
  content: Buffer.from(text),
  mode,
});
