/** Labels of our containers: whose each is, so that no state of ours is needed to find it again. As cri-dockerd names them. */
import type { PodSandboxSpec } from '../runtime.ts';

export const POD_NAME = 'io.kubernetes.pod.name';
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
export const POD_UID = 'io.kubernetes.pod.uid';
export const CONTAINER_NAME = 'io.kubernetes.container.name';
export const NODE = 'fleet.flotilla.dev/node';
export const ATTEMPT = 'fleet.flotilla.dev/attempt';
export const TTY = 'fleet.flotilla.dev/tty';
/** What later starts need of the pod. */
export const POD_SPEC = 'fleet.flotilla.dev/sandbox';
/** The name of the container that holds a pod's namespaces. */
export const PAUSE = 'POD';

export const podLabels = (
  { uid, name, namespace, nodeName }: Pick<PodSandboxSpec, 'uid' | 'name' | 'namespace' | 'nodeName'>,
  container: string,
  attempt: number,
): Record<string, string> => ({
  ...{ [POD_NAME]: name, [POD_NAMESPACE]: namespace, [POD_UID]: uid, [NODE]: nodeName },
  ...{ [CONTAINER_NAME]: container, [ATTEMPT]: String(attempt) },
});

/** `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`: two starts of one attempt would have one name, which the engine refuses. */
export const containerName = (
  { uid, name, namespace }: Pick<PodSandboxSpec, 'uid' | 'name' | 'namespace'>,
  container: string,
  attempt: number,
): string => `k8s_${container}_${name}_${namespace}_${uid}_${attempt}`;
