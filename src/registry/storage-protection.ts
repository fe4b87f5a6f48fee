/**
 * StorageObjectInUseProtection: claims and volumes begin with the finalizer that keeps them while they are used; a
 * controller takes it off. Source: plugin/pkg/admission/storage/storageobjectinuseprotection.
 */
import { CLAIM_PROTECTION, VOLUME_PROTECTION } from '../values/storage-finalizers.ts';
import type { AdmissionPlugin } from './admission.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumeclaims: CLAIM_PROTECTION,
  persistentvolumes: VOLUME_PROTECTION,
};

export const storageProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  admit(_, { kind, operation, object: { metadata } }) {
    const finalizer = FINALIZERS[kind.id];
    if (finalizer === undefined || operation !== 'create' || metadata.finalizers?.includes(finalizer) === true) {
      return;
    }
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
  },
};
