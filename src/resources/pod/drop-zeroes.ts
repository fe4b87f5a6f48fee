/**
 * Zero values that Go leaves out (`omitempty`). What a Go client reads and sends back lacks them, and that must count
 * neither as a change of a pod nor as a new template. Fields that are pointers in Go keep their zero.
 */
import type { Container, Probe } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

const OF_SPEC: ReadonlySet<string> = new Set([
  ...['hostNetwork', 'hostPID', 'hostIPC', 'nodeName', 'nodeSelector', 'priorityClassName', 'hostname', 'subdomain'],
  ...['initContainers', 'ephemeralContainers', 'volumes', 'tolerations', 'imagePullSecrets', 'hostAliases'],
  ...['readinessGates', 'topologySpreadConstraints', 'schedulingGates', 'overhead'],
]);
const OF_CONTAINER: ReadonlySet<string> = new Set([
  ...['stdin', 'stdinOnce', 'tty', 'workingDir', 'command', 'args', 'env', 'envFrom', 'ports', 'volumeMounts'],
  'volumeDevices',
]);
const OF_RESOURCES: ReadonlySet<string> = new Set(['limits', 'requests']);
const OF_PORT: ReadonlySet<string> = new Set(['name', 'hostPort', 'hostIP']);
const OF_VARIABLE: ReadonlySet<string> = new Set(['value']);
const OF_MOUNT: ReadonlySet<string> = new Set(['readOnly', 'subPath', 'subPathExpr']);
const OF_PROBE: ReadonlySet<string> = new Set(['initialDelaySeconds']);
const OF_HTTP_GET: ReadonlySet<string> = new Set(['host', 'httpHeaders']);

const isZero = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;

/** Looks at the fields that there are, which are few: a pod may have 99,000 containers without any. */
export function dropZeroFields(object: object | undefined, names: ReadonlySet<string>): void {
  const fields = object as Record<string, unknown> | undefined;
  for (const name in fields) {
    if (names.has(name) && isZero(fields[name])) {
      delete fields[name];
    }
  }
}

function dropProbeZeroes(probe: Probe | undefined): void {
  dropZeroFields(probe, OF_PROBE);
  dropZeroFields(probe?.httpGet, OF_HTTP_GET);
}

function dropContainerZeroes(container: Container): void {
  dropZeroFields(container, OF_CONTAINER);
  dropZeroFields(container.resources, OF_RESOURCES);
  for (const port of container.ports ?? []) {
    dropZeroFields(port, OF_PORT);
  }
  for (const variable of container.env ?? []) {
    dropZeroFields(variable, OF_VARIABLE);
  }
  for (const mount of container.volumeMounts ?? []) {
    dropZeroFields(mount, OF_MOUNT);
  }
  dropProbeZeroes(container.livenessProbe);
  dropProbeZeroes(container.readinessProbe);
  dropProbeZeroes(container.startupProbe);
}

export function dropZeroes(spec: PodSpec): void {
  dropZeroFields(spec, OF_SPEC);
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) {
    list?.forEach(dropContainerZeroes);
  }
}
