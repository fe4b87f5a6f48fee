/**
 * What the sources of volumes cannot do without, of pods as of persistent volumes. Nothing here mounts most of them.
 * Source: pkg/apis/core/validation, validate…VolumeSource, 1.34.
 */
import type { StatusCause } from '../../errors.ts';
import { requiredField } from '../field-errors.ts';

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  cephfs: ['monitors'],
  cinder: ['volumeID'],
  flexVolume: ['driver'],
  gcePersistentDisk: ['pdName'],
  gitRepo: ['repository'],
  glusterfs: ['endpoints', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  rbd: ['monitors', 'image'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  storageos: ['volumeName'],
  vsphereVolume: ['volumePath'],
};

export function checkNeededFields(path: string, name: string, source: object): StatusCause[] {
  const given = source as Record<string, string | unknown[] | undefined>;
  const missing = (NEEDED[name] ?? []).filter((field) => (given[field]?.length ?? 0) === 0);
  return missing.map((field) => requiredField(`${path}.${field}`));
}
