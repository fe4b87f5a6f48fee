/**
 * Which container's log is meant, and is there one yet? Pure. Sources: kubernetes' pkg/registry/core/pod/strategy.go
 * (validateContainer) and pkg/kubelet/kubelet_pods.go (validateContainerLogStatus); their words, unchanged.
 */
import { badRequest } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';

interface Named {
  readonly name: string;
}
interface State {
  readonly waiting?: { readonly reason?: string };
  readonly running?: object;
  readonly terminated?: { readonly containerID?: string };
}
interface ContainerStatus extends Named {
  readonly state?: State;
  readonly lastState?: State;
}
export interface LoggingPod extends KubeObject {
  spec: {
    nodeName?: string;
    containers: Named[];
    initContainers?: Named[];
    ephemeralContainers?: Named[];
  };
  status?: {
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
    ephemeralContainerStatuses?: ContainerStatus[];
  };
}

const names = (containers: readonly Named[]): string => containers.map(({ name }) => name).join(' ');

export const namesContainer = (
  { spec: { containers, initContainers = [], ephemeralContainers = [] } }: LoggingPod,
  wanted: string,
): boolean => [...containers, ...initContainers, ...ephemeralContainers].some(({ name }) => name === wanted);

/** Throws 400. */
export function chooseContainer(pod: LoggingPod, wanted: string): string {
  const { metadata, spec } = pod;
  const { containers, initContainers = [] } = spec;
  const [only] = containers;
  if (wanted === '') {
    if (only !== undefined && containers.length === 1) {
      return only.name;
    }
    const also = initContainers.length === 0 ? '' : ` or one of the init containers: [${names(initContainers)}]`;
    throw badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${names(containers)}]${also}`,
    );
  }
  if (!namesContainer(pod, wanted)) {
    throw badRequest(`container ${wanted} is not valid for pod ${metadata.name}`);
  }
  return wanted;
}

/** Waiting reasons that the kubelet words otherwise than by their name. */
const WAITING: ReadonlyMap<string, string> = new Map([
  ['ErrImagePull', "image can't be pulled"],
  ['ImagePullBackOff', 'trying and failing to pull image'],
]);

const wasStarted = (state: State | undefined): boolean => (state?.terminated?.containerID ?? '') !== '';

/** Throws 400 while there is nothing to read. */
export function checkHasLog({ metadata, status = {} }: LoggingPod, container: string, previous: boolean): void {
  const which = `container ${JSON.stringify(container)} in pod ${JSON.stringify(metadata.name)}`;
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  const found = all.find(({ name }) => name === container);
  if (found === undefined) {
    throw badRequest(`${which} is not available`);
  }
  const { state = {}, lastState } = found;
  if (previous) {
    if (!wasStarted(lastState)) {
      throw badRequest(`previous terminated ${which} not found`);
    }
    return;
  }
  if (state.running !== undefined || wasStarted(state) || wasStarted(lastState)) {
    return;
  }
  if (state.terminated !== undefined) {
    throw badRequest(`${which} is terminated`);
  }
  if (state.waiting === undefined) {
    throw badRequest(`${which} is waiting to start - no logs yet`);
  }
  const reason = state.waiting.reason ?? '';
  throw badRequest(`${which} is waiting to start: ${WAITING.get(reason) ?? reason}`);
}
