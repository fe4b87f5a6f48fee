/** How traffic comes to a service. Source: pkg/apis/core/validation, validateServiceExternalTrafficPolicy and below, 1.34. */
import { isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { forbiddenField, invalidField, unsupportedField, violations } from '../field-errors.ts';
import { isExternal, needsHealthCheck, type ServiceSpec } from './default-service.ts';

const POLICIES = ['Cluster', 'Local'];
const MAX_PREFIX: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

function checkExternalPolicy(spec: ServiceSpec): StatusCause[] {
  const { externalTrafficPolicy: policy = '' } = spec;
  const path = 'spec.externalTrafficPolicy';
  if (policy === '') {
    return [];
  }
  if (!isExternal(spec)) {
    return [invalidField(path, policy, 'may only be set for externally-accessible services')];
  }
  return POLICIES.includes(policy) ? [] : [unsupportedField(path, policy, POLICIES)];
}

function checkHealthCheck(spec: ServiceSpec): StatusCause[] {
  const { healthCheckNodePort: port = 0 } = spec;
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 || needsHealthCheck(spec) ? [] : [invalidField('spec.healthCheckNodePort', port, detail)];
}

function checkRange(path: string, range: string): StatusCause[] {
  const [address = '', prefix = '', ...rest] = range.trim().split('/');
  const max = MAX_PREFIX[isIP(address)] ?? -1;
  const isRange = rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= max;
  const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  return isRange ? [] : [invalidField(path, range, detail)];
}

function checkBalancer(spec: ServiceSpec): StatusCause[] {
  const { loadBalancerSourceRanges: ranges = [], loadBalancerClass, allocateLoadBalancerNodePorts, type } = spec;
  const given = { loadBalancerSourceRanges: ranges[0], allocateLoadBalancerNodePorts, loadBalancerClass };
  if (type !== 'LoadBalancer') {
    return Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([field]) => forbiddenField(`spec.${field}`, "may only be used when `type` is 'LoadBalancer'"));
  }
  return [
    ...ranges.flatMap((range, index) => checkRange(`spec.loadBalancerSourceRanges[${index}]`, range)),
    ...(loadBalancerClass === undefined
      ? []
      : violations(isQualifiedName, 'spec.loadBalancerClass', loadBalancerClass)),
  ];
}

export function checkTraffic(spec: ServiceSpec): StatusCause[] {
  const { internalTrafficPolicy: internal } = spec;
  return [
    ...checkBalancer(spec),
    ...checkExternalPolicy(spec),
    ...checkHealthCheck(spec),
    ...(internal === undefined || POLICIES.includes(internal)
      ? []
      : [unsupportedField('spec.internalTrafficPolicy', internal, POLICIES)]),
  ];
}
