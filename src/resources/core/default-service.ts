/** Defaults of a service. Source: pkg/apis/core/v1/defaults.go, SetDefaults_Service, 1.34. */
import { defaultPort, type ServicePort } from './service-ports.ts';

export interface ServiceSpec {
  type?: string;
  ports?: ServicePort[];
  selector?: Record<string, string>;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  externalIPs?: string[];
  externalName?: string;
  publishNotReadyAddresses?: boolean;
  trafficDistribution?: string;
  sessionAffinity?: string;
  sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
  externalTrafficPolicy?: string;
  internalTrafficPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
  healthCheckNodePort?: number;
  loadBalancerSourceRanges?: string[];
}

const AFFINITY_SECONDS = 10_800;
export const HEADLESS = 'None';

/** Types that nodes open a port for. */
export const isOnNodes = ({ type, allocateLoadBalancerNodePorts = true }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts);
/** Types that may have node ports, asked for or not. */
export const mayBeOnNodes = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer';
/** Reached from outside the cluster. */
export const isExternal = (spec: ServiceSpec): boolean =>
  mayBeOnNodes(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
/** The balancer asks a port of its own which nodes have an endpoint. */
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
export const hasClusterIP = ({ type }: ServiceSpec): boolean => type !== 'ExternalName';

function defaultAffinity(spec: ServiceSpec): void {
  if (spec.sessionAffinity === 'None') {
    delete spec.sessionAffinityConfig;
  }
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
}

/** Idempotent. */
export function defaultService(spec: ServiceSpec): void {
  spec.type ||= 'ClusterIP';
  spec.sessionAffinity ||= 'None';
  defaultAffinity(spec);
  spec.ports?.forEach(defaultPort);
  if (hasClusterIP(spec)) {
    spec.internalTrafficPolicy ??= 'Cluster';
  }
  if (spec.type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true;
  }
  if (isExternal(spec)) {
    spec.externalTrafficPolicy ||= 'Cluster';
  }
  if (spec.clusterIP === '') {
    delete spec.clusterIP;
  }
}
