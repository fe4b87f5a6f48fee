/** A pod's names and name resolution. Source: pkg/apis/core/validation, validatePodDNSConfig, ValidateHostAliases, 1.34. */
import { isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../values/name-rules.ts';
import { forbiddenField, invalidField, requiredField, violations } from '../field-errors.ts';
import type { PodSpec } from './pod-spec.ts';
import { checkHostNetworkPorts } from './validate-ports.ts';

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2_048;

export const checkIP = (path: string, ip: string): StatusCause[] =>
  isIP(ip) > 0 && !ip.includes('%')
    ? []
    : [invalidField(path, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];

function checkSearches(path: string, searches: readonly string[]): StatusCause[] {
  const characters = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
  return [
    ...(searches.length > MAX_SEARCHES
      ? [invalidField(path, searches, `must not have more than ${MAX_SEARCHES} search paths`)]
      : []),
    ...(searches.join(' ').length > MAX_SEARCH_CHARACTERS ? [invalidField(path, searches, characters)] : []),
    ...searches.flatMap((search, index) =>
      search === '.' ? [] : violations(isDNS1123Subdomain, `${path}[${index}]`, search.replace(/\.$/, '')),
    ),
  ];
}

function checkDnsConfig(path: string, { dnsConfig, dnsPolicy }: PodSpec): StatusCause[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    return [requiredField(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    return [requiredField(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  const tooMany = `must not have more than ${MAX_NAMESERVERS} nameservers`;
  return [
    ...(nameservers.length > MAX_NAMESERVERS ? [invalidField(`${path}.nameservers`, nameservers, tooMany)] : []),
    ...nameservers.flatMap((server, index) => checkIP(`${path}.nameservers[${index}]`, server)),
    ...checkSearches(`${path}.searches`, searches),
    ...options.flatMap(({ name = '' }, index) =>
      name === '' ? [requiredField(`${path}.options[${index}]`, 'must not be empty')] : [],
    ),
  ];
}

function checkHostUsers(path: string, spec: PodSpec): StatusCause[] {
  const shared = { hostNetwork: spec.hostNetwork, HostPID: spec.hostPID, HostIPC: spec.hostIPC };
  return Object.entries(shared).flatMap(([field, isShared]) =>
    spec.hostUsers === false && isShared === true
      ? [forbiddenField(`${path}.${field}`, 'when `pod.Spec.HostUsers` is false')]
      : [],
  );
}

export function checkNetwork(path: string, spec: PodSpec, isPod: boolean): StatusCause[] {
  const { hostname = '', subdomain = '', hostAliases = [] } = spec;
  return [
    ...checkHostNetworkPorts(path, spec, isPod),
    ...checkDnsConfig(`${path}.dnsConfig`, spec),
    ...checkHostUsers(path, spec),
    ...(hostname === '' ? [] : violations(isDNS1123Label, `${path}.hostname`, hostname)),
    ...(subdomain === '' ? [] : violations(isDNS1123Label, `${path}.subdomain`, subdomain)),
    ...hostAliases.flatMap(({ ip = '', hostnames = [] }, index) => [
      ...checkIP(`${path}.hostAliases[${index}].ip`, ip),
      ...hostnames.flatMap((name, at) =>
        violations(isDNS1123Subdomain, `${path}.hostAliases[${index}].hostnames[${at}]`, name),
      ),
    ]),
  ];
}
