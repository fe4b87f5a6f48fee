/** What is allowed and probably not meant. Source: pkg/api/pod/warnings.go, 1.34. */
import { isDNS1123Label } from '../../values/name-rules.ts';
import { repeatsOf } from '../repeated-items.ts';
import { annotationWarnings } from './annotation-warnings.ts';
import { containersOf, containerWarnings } from './container-warnings.ts';
import { fractionalBytes } from './fractional-bytes.ts';
import type { PodSpec, PodTemplate } from './pod-spec.ts';
import { podAffinityWarnings, schedulingWarnings } from './scheduling-warnings.ts';
import { volumeWarnings } from './volume-warnings.ts';

function ofHostAliases(path: string, { hostAliases = [] }: PodSpec): string[] {
  const ips = hostAliases.map(({ ip = '' }) => ip);
  const isRepeated = repeatsOf(ips);
  return ips.flatMap((ip, index) =>
    isRepeated(index) ? [`${path}.hostAliases[${index}].ip: duplicate ip "${ip}"`] : [],
  );
}

function ofPullSecrets(path: string, { imagePullSecrets = [] }: PodSpec): string[] {
  const names = imagePullSecrets.map(({ name = '' }) => name);
  const isRepeated = repeatsOf(names);
  const tell = (index: number, what: string): string => `${path}.imagePullSecrets[${index}].name: ${what}`;
  return [
    ...names.flatMap((name, index) => (isRepeated(index) ? [tell(index, `duplicate name "${name}"`)] : [])),
    ...names.flatMap((name, index) => (name === '' ? [tell(index, 'invalid empty name ""')] : [])),
  ];
}

/** `prefix` is that of the pod's fields: `''`, or `spec.template.` */
export function podWarnings(prefix: string, { metadata = {}, spec = {} }: PodTemplate): string[] {
  const { overhead = {}, terminationGracePeriodSeconds = 0 } = spec;
  const path = `${prefix}spec`;
  const containers = containersOf(path, spec);
  return [
    ...schedulingWarnings(path, spec),
    ...annotationWarnings(
      `${prefix}metadata`,
      metadata.annotations ?? {},
      spec,
      containers.map(({ container }) => container),
    ),
    ...volumeWarnings(`${path}.volumes`, spec.volumes),
    ...ofHostAliases(path, spec),
    ...ofPullSecrets(path, spec),
    ...fractionalBytes(`${path}.overhead`, overhead, 'memory'),
    ...fractionalBytes(`${path}.overhead`, overhead, 'ephemeral-storage'),
    ...containerWarnings(containers),
    ...(terminationGracePeriodSeconds < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinityWarnings(path, spec),
  ];
}

/** A name that is no DNS label cannot be a host name as it is. `use` says where the name ends up. */
export function nameWarnings(name: string, use: "the Pod's hostname" | 'Pod names and hostnames'): string[] {
  const messages = isDNS1123Label(name);
  const why = `which can result in surprising behavior; a DNS label is recommended: [${messages.join(' ')}]`;
  return messages.length === 0 ? [] : [`metadata.name: this is used in ${use}, ${why}`];
}
