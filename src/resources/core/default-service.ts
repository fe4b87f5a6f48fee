/** Defaults of a service, and what it is given. Source: pkg/apis/core/v1/defaults.go, SetDefaults_Service, 1.34. */
import { clusterIPOf, nodePortOf } from './service-addresses.ts';
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
  sessionAffinity?: string;
  sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
  externalTrafficPolicy?: string;
  internalTrafficPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
  loadBalancerClass?: string;
  healthCheckNodePort?: number;
}

const AFFINITY_SECONDS = 10_800;
export const HEADLESS = 'None';

/** Types that nodes open a port for. */
export const isOnNodes = ({ type, allocateLoadBalancerNodePorts = true }: ServiceSpec): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts);
export const hasClusterIP = ({ type }: ServiceSpec): boolean => type !== 'ExternalName';

function defaultFamilies(spec: ServiceSpec): void {
  if (!hasClusterIP(spec)) {
    return;
  }
  const isV6 = (spec.clusterIP ?? '').includes(':');
  spec.ipFamilies ??= [isV6 ? 'IPv6' : 'IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}

/** `uid` decides what is given; a service that has addresses keeps them. */
function allocate(spec: ServiceSpec, uid: string, attempt: number): void {
  if (hasClusterIP(spec) && uid !== '') {
    spec.clusterIP ||= spec.clusterIPs?.[0] ?? clusterIPOf(uid, attempt);
    spec.clusterIPs ??= [spec.clusterIP];
  }
  if (isOnNodes(spec) && uid !== '') {
    const taken = new Set(spec.ports?.map(({ nodePort }) => nodePort));
    for (const [index, port] of (spec.ports ?? []).entries()) {
      for (let more = 0; (port.nodePort ?? 0) === 0; more += 1) {
        const candidate = nodePortOf(uid, index, attempt + more);
        port.nodePort = taken.has(candidate) ? 0 : candidate;
        taken.add(candidate);
      }
    }
  }
}

/** Idempotent. */
export function defaultService(spec: ServiceSpec, uid: string, attempt = 0): void {
  spec.type ||= 'ClusterIP';
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
  spec.ports?.forEach(defaultPort);
  if (hasClusterIP(spec)) {
    spec.internalTrafficPolicy ??= 'Cluster';
  }
  if (spec.type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true;
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
    spec.externalTrafficPolicy ||= 'Cluster';
  }
  allocate(spec, uid, attempt);
  defaultFamilies(spec);
}

/** A client that leaves them out does not ask for others. Source: registry/core/service, patchAllocatedValues. */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  const type = spec.type ?? 'ClusterIP';
  if (type !== 'ExternalName' && hasClusterIP(old)) {
    spec.clusterIP ||= old.clusterIP ?? '';
    spec.clusterIPs ??= [...(old.clusterIPs ?? [])];
  }
  if (!isOnNodes({ ...spec, type })) {
    return;
  }
  const before = new Map(old.ports?.map(({ port, protocol, nodePort = 0 }) => [`${port}/${protocol}`, nodePort]));
  for (const port of spec.ports ?? []) {
    const kept = before.get(`${port.port}/${port.protocol ?? 'TCP'}`) ?? 0;
    if (!port.nodePort && kept > 0) {
      port.nodePort = kept;
    }
  }
}
