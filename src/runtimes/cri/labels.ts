/** What the runtime keeps for us: labels say whose a sandbox or container is, so that no state of ours is needed to find it again. */
import type { PodSandboxSpec } from '../runtime.ts';

/** Source: k8s.io/kubelet/pkg/types/labels.go. */
export const POD_NAME = 'io.kubernetes.pod.name';
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
export const POD_UID = 'io.kubernetes.pod.uid';
export const CONTAINER_NAME = 'io.kubernetes.container.name';
/** Marks what is ours, beside pods of another kubelet on the same socket. */
export const NODE = 'fleet.flotilla.dev/node';
/** Source: kuberuntime/labels.go. */
export const MESSAGE_PATH = 'io.kubernetes.container.terminationMessagePath';
export const MESSAGE_POLICY = 'io.kubernetes.container.terminationMessagePolicy';
export const RESTARTS = 'io.kubernetes.container.restartCount';
/** The sandbox's whole configuration, which CreateContainer wants again. */
export const SANDBOX_SPEC = 'fleet.flotilla.dev/sandbox';

type Identity = Pick<PodSandboxSpec, 'uid' | 'name' | 'namespace' | 'nodeName'>;

export const podLabels = ({ uid, name, namespace, nodeName }: Identity): Record<string, string> => ({
  [POD_NAME]: name,
  [POD_NAMESPACE]: namespace,
  [POD_UID]: uid,
  [NODE]: nodeName,
});

/** Whether the container has a terminal, which an attach must know. */
export const TTY = 'fleet.flotilla.dev/tty';
