/** Defaults of one container. Source: pkg/apis/core/v1/defaults.go, SetDefaults_Container. */
import type { Container, FieldRef } from './container.ts';
import { defaultHandler, defaultProbe } from './default-probe.ts';
import { defaultPullPolicy } from './image-pull-policy.ts';

export function defaultFieldRef(fieldRef: FieldRef | undefined): void {
  if (fieldRef !== undefined) {
    fieldRef.apiVersion ||= 'v1';
  }
}

export function defaultContainer(container: Container): void {
  container.resources ??= {};
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const port of container.ports ?? []) {
    port.protocol ||= 'TCP';
  }
  for (const { valueFrom } of container.env ?? []) {
    defaultFieldRef(valueFrom?.fieldRef);
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    defaultProbe(probe);
  }
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    defaultHandler(handler ?? {});
  }
}

/** A limit without a request is also the request. Of pods only: a template keeps what was written. */
export function defaultRequests({ resources }: Container): void {
  const { limits } = resources ?? {};
  if (resources !== undefined && limits !== undefined) {
    resources.requests = { ...limits, ...resources.requests };
  }
}

/** On the host's network a container port is a host port. Of pods only. */
export function defaultHostPorts(container: Container): void {
  for (const port of container.ports ?? []) {
    if (port.containerPort !== undefined) {
      port.hostPort ||= port.containerPort;
    }
  }
}
