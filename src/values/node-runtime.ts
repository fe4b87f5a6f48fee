/** Which runtime a virtual node's pods run on. A node without is somebody else's: a real kubelet's, or nobody's. */
export const RUNTIME_ANNOTATION = 'fleet.flotilla.dev/runtime';
