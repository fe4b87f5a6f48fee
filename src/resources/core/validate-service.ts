/** What a service must meet. Source: pkg/apis/core/validation, ValidateService, ValidateServiceUpdate, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { validateLabels } from '../validate-metadata.ts';
import { HEADLESS, hasClusterIP, isOnNodes, type ServiceSpec } from './default-service.ts';
import { NODE_PORTS } from './service-addresses.ts';
import { checkServicePorts } from './service-ports.ts';
import { checkUsableIP } from './usable-ip.ts';
import { checkTraffic } from './validate-service-traffic.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const MAX_AFFINITY_SECONDS = 86_400;

function checkClusterIP(spec: ServiceSpec): StatusCause[] {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy, type = '' } = spec;
  if (hasClusterIP(spec)) {
    return clusterIP === HEADLESS && type !== 'ClusterIP'
      ? [invalidField('spec.clusterIPs[0]', HEADLESS, `may not be set to 'None' for ${type} services`)]
      : [];
  }
  const given = { clusterIPs: clusterIP !== '' || clusterIPs.length > 0, ipFamilies: ipFamilies.length > 0 };
  return Object.entries({ ...given, ipFamilyPolicy: ipFamilyPolicy !== undefined }).flatMap(([field, isGiven]) =>
    isGiven ? [forbiddenField(`spec.${field}`, 'may not be set for ExternalName services')] : [],
  );
}

function checkExternalName({ externalName = '' }: ServiceSpec): StatusCause[] {
  return externalName === ''
    ? [requiredField('spec.externalName')]
    : violations(isDNS1123Subdomain, 'spec.externalName', externalName.replace(/\.$/, ''));
}

function checkAffinity({ sessionAffinity = '', sessionAffinityConfig }: ServiceSpec): StatusCause[] {
  if (!AFFINITIES.includes(sessionAffinity)) {
    return [unsupportedField('spec.sessionAffinity', sessionAffinity, AFFINITIES)];
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity === 'None' || seconds === undefined) {
    return [];
  }
  return seconds > 0 && seconds <= MAX_AFFINITY_SECONDS
    ? []
    : [
        invalidField(
          'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
          seconds,
          `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`,
        ),
      ];
}

function checkNodePorts(spec: ServiceSpec): StatusCause[] {
  return (spec.ports ?? []).flatMap(({ nodePort = 0 }, index) => {
    const path = `spec.ports[${index}].nodePort`;
    if (nodePort === 0) {
      return [];
    }
    if (!isOnNodes(spec) && spec.type !== 'LoadBalancer') {
      return [forbiddenField(path, "may not be used when `type` is 'ClusterIP'")];
    }
    const { first, last } = NODE_PORTS;
    return nodePort >= first && nodePort <= last
      ? []
      : [
          invalidField(
            path,
            nodePort,
            `provided port is not in the valid range. The range of valid ports is ${first}-${last}`,
          ),
        ];
  });
}

export function checkService(spec: ServiceSpec): StatusCause[] {
  const { type = '', ports = [], selector = {}, externalIPs = [], clusterIP } = spec;
  const isHeadless = clusterIP === HEADLESS;
  return [
    ...(ports.length === 0 && !isHeadless && hasClusterIP(spec) ? [requiredField('spec.ports')] : []),
    ...(TYPES.includes(type) ? [] : [unsupportedField('spec.type', type, TYPES)]),
    ...checkServicePorts('spec.ports', ports),
    ...validateLabels(selector, 'spec.selector'),
    ...checkAffinity(spec),
    ...checkClusterIP(spec),
    ...externalIPs.flatMap((ip, index) => checkUsableIP(`spec.externalIPs[${index}]`, ip)),
    ...(type === 'ExternalName' ? checkExternalName(spec) : []),
    ...checkNodePorts(spec),
    ...checkTraffic(spec),
  ];
}

const FIXED = 'may not change once set';

/** An address may come and go with ExternalName, and never change otherwise; so may a class with LoadBalancer. */
export function checkServiceUpdate(spec: ServiceSpec, old: ServiceSpec): StatusCause[] {
  const { clusterIPs = [], loadBalancerClass, type } = spec;
  const keepsAddress = hasClusterIP(spec) && hasClusterIP(old);
  const before = old.clusterIPs ?? [];
  const isBalancer = type === 'LoadBalancer' && old.type === 'LoadBalancer';
  return [
    ...(keepsAddress
      ? before.flatMap((ip, index) =>
          ip === clusterIPs[index] ? [] : [invalidField(`spec.clusterIPs[${index}]`, clusterIPs, FIXED)],
        )
      : []),
    ...(isBalancer && loadBalancerClass !== old.loadBalancerClass
      ? [invalidField('spec.loadBalancerClass', loadBalancerClass, FIXED)]
      : []),
  ];
}
