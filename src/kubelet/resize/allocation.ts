/**
 * What a node has given to a pod's containers: what they ask for, but while a resize waits. Read back from the status
 * that this kubelet wrote, so that it survives a worker: `resources` there is what a container has been given, and a
 * resize that is under way (the condition names the generation that it began with) has been given in full. A resize
 * that another one overtakes before it was done counts as not given. Pure. Source: KEP-1287, kubelet/allocation.
 */
import { amountOf } from '../../values/amounts.ts';
import type { Container, ContainerStatus, Pod, PodCondition, ResourceRequirements } from '../pod.ts';

export const RESIZE_IN_PROGRESS = 'PodResizeInProgress';
export const RESIZE_PENDING = 'PodResizePending';

const RESIZABLE = ['cpu', 'memory'] as const;
export type Resizable = (typeof RESIZABLE)[number];

const conditionOf = ({ status }: Pod, type: string): PodCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');

export const pendingResize = (pod: Pod): PodCondition | undefined => conditionOf(pod, RESIZE_PENDING);

/** The condition of a resize that was begun for what the pod asks for now. */
export function resizeUnderWay(pod: Pod): PodCondition | undefined {
  const condition = conditionOf(pod, RESIZE_IN_PROGRESS);
  return condition?.observedGeneration === pod.metadata.generation ? condition : undefined;
}

type Quantities = Readonly<Record<string, string>> | undefined;

function isSame(name: Resizable, a: Quantities, b: Quantities): boolean {
  const [one, other] = [a?.[name], b?.[name]];
  return one === other || (one !== undefined && other !== undefined && amountOf(name, one) === amountOf(name, other));
}

/** In cpu and memory, which is all that a resize changes. */
const isSameAsked = (a: ResourceRequirements = {}, b: ResourceRequirements = {}): boolean =>
  RESIZABLE.every((name) => isSame(name, a.requests, b.requests) && isSame(name, a.limits, b.limits));

function given(containers: Container[], statuses: readonly ContainerStatus[] | undefined): Container[] {
  let differs = false;
  const resourcesOf = new Map(statuses?.map(({ name, resources }) => [name, resources]));
  const all = containers.map((container) => {
    const resources = resourcesOf.get(container.name);
    if (resources === undefined || isSameAsked(container.resources, resources)) {
      return container;
    }
    differs = true;
    return { ...container, resources };
  });
  return differs ? all : containers;
}

/** The pod with what its containers have been given; the same object when that is what they ask for. */
export function allocatedPod(pod: Pod): Pod {
  if (resizeUnderWay(pod) !== undefined) {
    return pod;
  }
  const { spec, status } = pod;
  const containers = given(spec.containers, status?.containerStatuses);
  const initContainers = given(spec.initContainers ?? [], status?.initContainerStatuses);
  if (containers === spec.containers && (initContainers === spec.initContainers || initContainers.length === 0)) {
    return pod;
  }
  return { ...pod, spec: { ...spec, containers, ...(initContainers.length === 0 ? {} : { initContainers }) } };
}
