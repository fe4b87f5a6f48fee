/** What an update of a service keeps and drops. Source: pkg/registry/core/service/{strategy,storage}.go, 1.34. */
import { isDeepStrictEqual } from 'node:util';
import { hasClusterIP, isExternal, mayBeOnNodes, needsHealthCheck, type ServiceSpec } from './default-service.ts';
import { familiesOf } from './service-families.ts';

const nodePortsOf = ({ ports = [] }: ServiceSpec): number[] =>
  ports.map(({ nodePort = 0 }) => nodePort).filter((port) => port > 0);

/** By name, as Kubernetes does: a port that is renamed gets another node port. */
function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const wanted = new Set(nodePortsOf(spec));
  const before = new Map(old.ports?.map(({ name = '', nodePort = 0 }) => [name, nodePort]));
  for (const port of spec.ports ?? []) {
    const kept = before.get(port.name ?? '') ?? 0;
    if ((port.nodePort ?? 0) === 0 && kept > 0 && !wanted.has(kept)) {
      port.nodePort = kept;
      wanted.add(kept);
    }
  }
}

/** A client that leaves them out does not ask for others: patchAllocatedValues, and initIPFamilyFields for the policy. */
function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (hasClusterIP(spec) && hasClusterIP(old)) {
    spec.clusterIP ||= old.clusterIP ?? '';
    if ((spec.clusterIPs ?? []).length === 0 && spec.clusterIP === old.clusterIP) {
      spec.clusterIPs = [...(old.clusterIPs ?? [])];
    }
    const policy = spec.ipFamilyPolicy ?? old.ipFamilyPolicy;
    Object.assign(spec, policy === undefined ? {} : { ipFamilyPolicy: policy });
  }
  if (mayBeOnNodes(spec) && mayBeOnNodes(old)) {
    keepNodePorts(spec, old);
  }
  if (needsHealthCheck(spec) && needsHealthCheck(old)) {
    const kept = spec.healthCheckNodePort || old.healthCheckNodePort;
    Object.assign(spec, kept === undefined ? {} : { healthCheckNodePort: kept });
  }
}

/** Older clients know the singular alone: normalizeClusterIPs. */
function followSingular(spec: ServiceSpec, old: ServiceSpec): void {
  const { clusterIP = '' } = spec;
  if (clusterIP !== (old.clusterIP ?? '') && isDeepStrictEqual(spec.clusterIPs ?? [], old.clusterIPs ?? [])) {
    spec.clusterIPs = [clusterIP];
  }
}

/** Who would get what was there has changed nothing: the registry compares before it gives. */
function keepFamilies(spec: ServiceSpec, old: ServiceSpec): void {
  const isLeftOut = (spec.ipFamilies ?? []).length === 0 && isDeepStrictEqual(spec.clusterIPs, old.clusterIPs);
  const families = familiesOf(spec);
  if (isLeftOut && isDeepStrictEqual(families, old.ipFamilies)) {
    spec.ipFamilies = families;
  }
}

const FAMILY_FIELDS = ['ipFamilies', 'ipFamilyPolicy'] as const;
const BALANCER_FIELDS = ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const;

function dropUnchanged(spec: ServiceSpec, old: ServiceSpec, fields: readonly (keyof ServiceSpec)[]): void {
  for (const field of fields.filter((name) => isDeepStrictEqual(spec[name], old[name]))) {
    delete spec[field];
  }
}

function dropNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const before = nodePortsOf(old);
  if (nodePortsOf(spec).every((port) => before.includes(port))) {
    for (const port of spec.ports ?? []) {
      delete port.nodePort;
    }
  }
}

/** What another type has no use for goes, unless the client changed it too, which validation refuses. */
function dropTypeDependent(spec: ServiceSpec, old: ServiceSpec): void {
  if (hasClusterIP(old) && !hasClusterIP(spec)) {
    if (spec.clusterIP === old.clusterIP && isDeepStrictEqual(spec.clusterIPs, old.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    dropUnchanged(spec, old, FAMILY_FIELDS);
  }
  if (mayBeOnNodes(old) && !mayBeOnNodes(spec)) {
    dropNodePorts(spec, old);
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec)) {
    dropUnchanged(spec, old, ['healthCheckNodePort']);
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    dropUnchanged(spec, old, BALANCER_FIELDS);
  }
  if (isExternal(old) && !isExternal(spec)) {
    dropUnchanged(spec, old, ['externalTrafficPolicy']);
  }
}

/** Runs before defaults are filled in. */
export function carryOverService(spec: ServiceSpec, old: ServiceSpec): void {
  spec.type ||= 'ClusterIP';
  keepAllocated(spec, old);
  dropTypeDependent(spec, old);
  if (hasClusterIP(spec)) {
    followSingular(spec, old);
    keepFamilies(spec, old);
  }
}
