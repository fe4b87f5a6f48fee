/** Keep claims and volumes while they are used. Source: pkg/volume/util/finalizer.go. */
export const CLAIM_PROTECTION = 'kubernetes.io/pvc-protection';
export const VOLUME_PROTECTION = 'kubernetes.io/pv-protection';
