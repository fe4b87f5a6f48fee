/** Which runtime a virtual node's pods run on. Nodes without it belong to foreign kubelets and are never touched. */
export const RUNTIME_ANNOTATION = 'fleet.flotilla.dev/runtime';
