/** Fields of the pod as environment variables or files. Source: pkg/apis/core/validation, validateObjectFieldSelector. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import type { FieldRef, ResourceFieldRef } from './container.ts';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const FILE_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
/** What ConvertDownwardAPIFieldLabel knows at all. */
const KNOWN_FIELDS = new Set([...ENV_FIELDS, ...FILE_FIELDS, 'spec.restartPolicy', 'spec.schedulerName']);
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(limits|requests)\.hugepages-/;
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];
const DIVISORS: readonly { readonly of: RegExp; readonly values: readonly string[]; readonly name: string }[] = [
  { of: /\.cpu$/, values: ['1m', '1'], name: 'cpu' },
  { of: /\.memory$/, values: BYTE_DIVISORS, name: 'memory' },
  { of: /\.ephemeral-storage$/, values: BYTE_DIVISORS, name: 'local ephemeral storage' },
  { of: HUGE_PAGES, values: BYTE_DIVISORS, name: 'hugepages' },
];

export type DownwardUse = 'env' | 'file';

export function checkFieldRef(path: string, { apiVersion, fieldPath }: FieldRef, use: DownwardUse): StatusCause[] {
  if (!apiVersion || !fieldPath) {
    return [requiredField(`${path}.${apiVersion ? 'fieldPath' : 'apiVersion'}`)];
  }
  const subscripted = /^(?<base>[^[]+)\['(?<key>.*)'\]$/.exec(fieldPath)?.groups;
  if (subscripted !== undefined) {
    return checkSubscript(path, subscripted['base'] ?? '', subscripted['key'] ?? '');
  }
  if (!KNOWN_FIELDS.has(fieldPath)) {
    const detail = `error converting fieldPath: field label not supported: ${fieldPath}`;
    return [invalidField(`${path}.fieldPath`, fieldPath, detail)];
  }
  const allowed = use === 'env' ? ENV_FIELDS : FILE_FIELDS;
  return allowed.includes(fieldPath) ? [] : [unsupportedField(`${path}.fieldPath`, fieldPath, allowed)];
}

function checkSubscript(path: string, base: string, key: string): StatusCause[] {
  if (base !== 'metadata.annotations' && base !== 'metadata.labels') {
    const detail = `error converting fieldPath: field label does not support subscript: ${base}`;
    return [invalidField(`${path}.fieldPath`, `${base}['${key}']`, detail)];
  }
  return violations(isQualifiedName, path, base === 'metadata.annotations' ? key.toLowerCase() : key);
}

export function checkResourceFieldRef(path: string, ref: ResourceFieldRef, use: DownwardUse): StatusCause[] {
  const { containerName = '', resource = '', divisor = '0' } = ref;
  const causes: StatusCause[] = [];
  if (use === 'file' && containerName === '') {
    causes.push(requiredField(`${path}.containerName`));
  } else if (resource === '') {
    causes.push(requiredField(`${path}.resource`));
  } else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    causes.push(unsupportedField(`${path}.resource`, resource, RESOURCES));
  }
  const rule = divisor === '0' || divisor === '' ? undefined : DIVISORS.find(({ of }) => of.test(resource));
  if (rule !== undefined && !rule.values.includes(divisor)) {
    const words = rule.name === 'cpu' ? '1m and 1' : rule.values.join(', ');
    const detail = `only divisor's values ${words} are supported with the ${rule.name} resource`;
    causes.push(invalidField(`${path}.divisor`, resource, detail));
  }
  return causes;
}
