/** What the kubelet says of resizes. Source: kubelet/events/resize.go, 1.34. */
import { type Container, isSidecar, type Pod, type ResourceRequirements } from '../pod.ts';

const named = ({ name, resources = {} }: Container): { name: string; resources: ResourceRequirements } => {
  const { limits, requests } = resources;
  return { name, resources: { ...(limits && { limits }), ...(requests && { requests }) } };
};

/** `pod` asks for, or has been given, what is told of. */
function describe({ spec, metadata }: Pod, error?: string): string {
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  return JSON.stringify({
    ...(sidecars.length === 0 ? {} : { initContainers: sidecars.map(named) }),
    containers: spec.containers.map(named),
    generation: metadata.generation,
    ...(error === undefined ? {} : { error }),
  });
}

export const resizeStarted = (pod: Pod): string => `Pod resize started: ${describe(pod)}`;
export const resizeCompleted = (pod: Pod): string => `Pod resize completed: ${describe(pod)}`;
export const resizeFailed = (pod: Pod, error: string): string => `Pod resize error: ${describe(pod, error)}`;
export const resizeWaits = (pod: Pod, reason: string, why: string): string =>
  `Pod resize ${reason}: ${describe(pod, why)}`;
