/** Labels and annotations of nodes that more than one part reads. Source: k8s.io/api/core/v1/well_known_labels.go; the pool's is ours. */
export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const REGION_LABEL = 'topology.kubernetes.io/region';
export const POOL_LABEL = 'fleet.flotilla.dev/nodepool';
/** Annotation: the node is to shut down gracefully. */
export const SHUTDOWN_ANNOTATION = 'fleet.flotilla.dev/shutdown';
