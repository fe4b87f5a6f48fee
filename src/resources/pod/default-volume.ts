/** Defaults of one volume. Source: pkg/apis/core/v1/defaults.go, SetDefaults_Volume and those of the sources. */
import { defaultFieldRef } from './default-container.ts';
import { defaultPullPolicy } from './image-pull-policy.ts';
import type { DownwardFile, Projection, Volume, VolumeSource } from './volume.ts';

/** 0644 */
const FILE_MODE = 420;
const TOKEN_SECONDS = 3_600;

const defaultFiles = (files: readonly DownwardFile[] | undefined): void => {
  for (const { fieldRef } of files ?? []) {
    defaultFieldRef(fieldRef);
  }
};

function defaultProjection({ downwardAPI, serviceAccountToken }: Projection): void {
  defaultFiles(downwardAPI?.items);
  if (serviceAccountToken !== undefined) {
    serviceAccountToken.expirationSeconds ??= TOKEN_SECONDS;
  }
}

type SourceName = keyof VolumeSource;
const DEFAULTS: { readonly [Name in SourceName]?: (source: NonNullable<VolumeSource[Name]>) => void } = {
  hostPath: (source) => {
    source.type ??= '';
  },
  secret: (source) => {
    source.defaultMode ??= FILE_MODE;
  },
  configMap: (source) => {
    source.defaultMode ??= FILE_MODE;
  },
  downwardAPI: (source) => {
    source.defaultMode ??= FILE_MODE;
    defaultFiles(source.items);
  },
  projected: (source) => {
    source.defaultMode ??= FILE_MODE;
    source.sources?.forEach(defaultProjection);
  },
  iscsi: (source) => {
    source.iscsiInterface ||= 'default';
  },
  rbd: (source) => {
    source.pool ||= 'rbd';
    source.user ||= 'admin';
    source.keyring ||= '/etc/ceph/keyring';
  },
  scaleIO: (source) => {
    source.storageMode ||= 'ThinProvisioned';
    source.fsType ||= 'xfs';
  },
  azureDisk: (source) => {
    source.cachingMode ??= 'ReadWrite';
    source.kind ??= 'Shared';
    source.fsType ??= 'ext4';
    source.readOnly ??= false;
  },
  ephemeral: ({ volumeClaimTemplate }) => {
    if (volumeClaimTemplate?.spec !== undefined) {
      volumeClaimTemplate.spec.volumeMode ??= 'Filesystem';
    }
  },
  image: (source) => {
    source.pullPolicy ||= defaultPullPolicy(source.reference ?? '');
  },
};

function applyDefault<Name extends SourceName>(volume: Volume, name: Name): void {
  const source = volume[name];
  if (source !== undefined) {
    DEFAULTS[name]?.(source as NonNullable<VolumeSource[Name]>);
  }
}

/** A volume without a source is an emptyDir. */
export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) {
    volume.emptyDir = {};
  }
  for (const name of Object.keys(DEFAULTS) as SourceName[]) {
    applyDefault(volume, name);
  }
}
