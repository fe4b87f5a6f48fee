/** Kinds of volumes that nothing mounts any more. Source: pkg/api/pod/warnings.go, pkg/api/persistentvolume/util.go, 1.34. */
import type { ClaimSpec } from '../core/claim-spec.ts';
import { fractionalBytes } from './fractional-bytes.ts';
import type { Volume } from './volume.ts';

/** Source → its name in the message, and since when. */
const GONE: Readonly<Record<string, readonly [shown: string, since: string]>> = {
  photonPersistentDisk: ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  gitRepo: ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  scaleIO: ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  flocker: ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  storageos: ['storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  quobyte: ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  glusterfs: ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  cephfs: ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  rbd: ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
};

/** Of a volume, or of the spec of a persistent one. */
export const sourceWarnings = (path: string, sources: object): string[] =>
  Object.keys(sources).flatMap((source) => {
    const [shown, since] = (Object.hasOwn(GONE, source) ? GONE[source] : undefined) ?? [];
    return since === undefined ? [] : [`${path}.${shown}: ${since}`];
  });

export const claimSpecWarnings = (path: string, { resources = {} }: ClaimSpec): string[] => [
  ...fractionalBytes(`${path}.resources.requests`, resources.requests, 'storage'),
  ...fractionalBytes(`${path}.resources.limits`, resources.limits, 'storage'),
];

export const volumeWarnings = (path: string, volumes: readonly Volume[] = []): string[] =>
  volumes.flatMap((volume, index) => [
    ...sourceWarnings(`${path}[${index}]`, volume),
    ...claimSpecWarnings(
      `${path}[${index}].ephemeral.volumeClaimTemplate.spec`,
      volume.ephemeral?.volumeClaimTemplate?.spec ?? {},
    ),
  ]);

export const STORAGE_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Of a volume and of a claim. */
export const classAnnotationWarnings = (annotations: Readonly<Record<string, string>> = {}): string[] =>
  Object.hasOwn(annotations, STORAGE_CLASS_ANNOTATION)
    ? [
        `metadata.annotations[${STORAGE_CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      ]
    : [];
