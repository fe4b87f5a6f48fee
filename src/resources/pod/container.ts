/** core/v1 Container and what hangs on it. Types only. Source: k8s.io/api/core/v1/types.go. */
import type { SecurityContext } from './validate-security-context.ts';

export interface ContainerPort {
  name?: string;
  containerPort?: number;
  hostPort?: number;
  hostIP?: string;
  protocol?: string;
}
export interface FieldRef {
  apiVersion?: string;
  fieldPath?: string;
}
export interface ResourceFieldRef {
  containerName?: string;
  resource?: string;
  divisor?: string;
}
export interface KeyRef {
  name?: string;
  key?: string;
  optional?: boolean;
}
export interface EnvVar {
  name?: string;
  value?: string;
  valueFrom?: {
    fieldRef?: FieldRef;
    resourceFieldRef?: ResourceFieldRef;
    configMapKeyRef?: KeyRef;
    secretKeyRef?: KeyRef;
  };
}
export interface EnvFrom {
  prefix?: string;
  configMapRef?: { name?: string };
  secretRef?: { name?: string };
}
export interface VolumeMount {
  name?: string;
  mountPath?: string;
  subPath?: string;
  subPathExpr?: string;
  readOnly?: boolean;
  mountPropagation?: string;
  recursiveReadOnly?: string;
}
export interface VolumeDevice {
  name?: string;
  devicePath?: string;
}
export interface ResourceRequirements {
  limits?: Record<string, string>;
  requests?: Record<string, string>;
  claims?: { name?: string; request?: string }[];
}
/** Whether a container restarts when what it has of a resource is changed. */
export interface ResizePolicy {
  resourceName?: string;
  restartPolicy?: string;
}
export interface HttpGetAction {
  path?: string;
  port?: number | string;
  scheme?: string;
  httpHeaders?: { name?: string; value?: string }[];
}
/** The union of what probes and lifecycle hooks may do. */
export interface Handler {
  exec?: { command?: string[] };
  httpGet?: HttpGetAction;
  tcpSocket?: { port?: number | string };
  grpc?: { port?: number; service?: string };
  sleep?: { seconds?: number };
}
export interface Probe extends Handler {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  terminationGracePeriodSeconds?: number;
}

export interface Container {
  name?: string;
  image?: string;
  imagePullPolicy?: string;
  ports?: ContainerPort[];
  env?: EnvVar[];
  envFrom?: EnvFrom[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  resources?: ResourceRequirements;
  resizePolicy?: ResizePolicy[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: { postStart?: Handler; preStop?: Handler };
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  securityContext?: SecurityContext;
  /** Of init containers only: `Always` makes a sidecar. */
  restartPolicy?: string;
}

export const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';
