/**
 * Zero values that Go leaves out (`omitempty`). What a Go client reads and sends back lacks them, and that must count
 * neither as a change of a pod nor as a new template. Fields that are pointers in Go keep their zero.
 */
import type { Container, Probe } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

const OF_SPEC: readonly string[] = [
  ...['hostNetwork', 'hostPID', 'hostIPC', 'nodeName', 'nodeSelector', 'priorityClassName', 'hostname', 'subdomain'],
  ...['initContainers', 'ephemeralContainers', 'volumes', 'tolerations', 'imagePullSecrets', 'hostAliases'],
  ...['readinessGates', 'topologySpreadConstraints', 'schedulingGates', 'overhead'],
];
const OF_CONTAINER: readonly string[] = [
  ...['stdin', 'stdinOnce', 'tty', 'workingDir', 'command', 'args', 'env', 'envFrom', 'ports', 'volumeMounts'],
  'volumeDevices',
];

const isZero = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;

/** Named fields that `object` lacks are no matter. */
export function dropZeroFields(object: object | undefined, names: readonly string[]): void {
  const fields = (object ?? {}) as Record<string, unknown>;
  for (const name of names) {
    if (name in fields && isZero(fields[name])) {
      delete fields[name];
    }
  }
}

function dropProbeZeroes(probe: Probe | undefined): void {
  dropZeroFields(probe, ['initialDelaySeconds']);
  dropZeroFields(probe?.httpGet, ['host', 'httpHeaders']);
}

function dropContainerZeroes(container: Container): void {
  dropZeroFields(container, OF_CONTAINER);
  dropZeroFields(container.resources, ['limits', 'requests']);
  for (const port of container.ports ?? []) {
    dropZeroFields(port, ['name', 'hostPort', 'hostIP']);
  }
  for (const variable of container.env ?? []) {
    dropZeroFields(variable, ['value']);
  }
  for (const mount of container.volumeMounts ?? []) {
    dropZeroFields(mount, ['readOnly', 'subPath', 'subPathExpr']);
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    dropProbeZeroes(probe);
  }
}

export function dropZeroes(spec: PodSpec): void {
  dropZeroFields(spec, OF_SPEC);
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) {
    list?.forEach(dropContainerZeroes);
  }
}
