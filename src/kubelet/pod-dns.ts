/** How a pod resolves names. Pure. Source: kubelet/network/dns/dns.go, GetPodDNS. */
import type { PodDns } from '../runtimes/runtime.ts';
import type { WholeConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { Pod } from './pod.ts';

const CLUSTER_OPTIONS = ['ndots:5'];

/** undefined: as the host does. */
export function podDns(
  { metadata, spec }: Pod,
  { clusterDNS = [], clusterDomain = '' }: WholeConfiguration,
): PodDns | undefined {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  const usesCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec.hostNetwork !== true);
  const domain =
    clusterDomain === '' ? [] : [`${metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  const base: PodDns =
    usesCluster && clusterDNS.length > 0
      ? { servers: clusterDNS, searches: domain, options: CLUSTER_OPTIONS }
      : { servers: [], searches: [], options: [] };
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {};
  const given = options.map(({ name = '', value }) =>
    value === undefined || value === '' ? name : `${name}:${value}`,
  );
  const replaced = new Set(given.map((option) => option.split(':')[0]));
  const dns = {
    servers: unique([...base.servers, ...nameservers]),
    searches: unique([...base.searches, ...searches]),
    options: [...base.options.filter((option) => !replaced.has(option.split(':')[0])), ...given],
  };
  return dns.servers.length + dns.searches.length + dns.options.length === 0 && policy !== 'None' ? undefined : dns;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
