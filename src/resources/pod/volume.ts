/** core/v1 Volume: the sources that are defaulted or validated here; the others are kept as they are. Types only. */
import type { ClaimSpec } from '../core/claim-spec.ts';
import type { FieldRef, ResourceFieldRef } from './container.ts';

export interface KeyToPath {
  key?: string;
  path?: string;
  mode?: number;
}
export interface DownwardFile {
  path?: string;
  mode?: number;
  fieldRef?: FieldRef;
  resourceFieldRef?: ResourceFieldRef;
}
export interface Projection {
  secret?: { name?: string; items?: KeyToPath[] };
  configMap?: { name?: string; items?: KeyToPath[] };
  downwardAPI?: { items?: DownwardFile[] };
  serviceAccountToken?: { path?: string; expirationSeconds?: number };
  clusterTrustBundle?: Record<string, unknown>;
  podCertificate?: Record<string, unknown>;
}
export interface VolumeSource {
  emptyDir?: { sizeLimit?: string };
  hostPath?: { path?: string; type?: string };
  secret?: { secretName?: string; defaultMode?: number; items?: KeyToPath[] };
  configMap?: { name?: string; defaultMode?: number; items?: KeyToPath[] };
  downwardAPI?: { defaultMode?: number; items?: DownwardFile[] };
  projected?: { defaultMode?: number; sources?: Projection[] };
  persistentVolumeClaim?: { claimName?: string };
  nfs?: { server?: string; path?: string };
  iscsi?: { iscsiInterface?: string };
  cephfs?: { monitors?: string[] };
  rbd?: { pool?: string; user?: string; keyring?: string };
  scaleIO?: { storageMode?: string; fsType?: string };
  azureDisk?: { cachingMode?: string; kind?: string; fsType?: string; readOnly?: boolean };
  ephemeral?: { volumeClaimTemplate?: { spec?: ClaimSpec } };
  csi?: { driver?: string; nodePublishSecretRef?: { name?: string } };
  image?: { reference?: string; pullPolicy?: string };
}
export interface Volume extends VolumeSource {
  name?: string;
}
