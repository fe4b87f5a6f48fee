/** Source: pkg/apis/core/validation ValidateNode and ValidateNodeUpdate, 1.34. */
import { isIPv4, isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { duplicateField, forbiddenField, invalidField } from '../field-errors.ts';
import type { Node } from './node.ts';
import { validateAmounts } from './validate-amounts.ts';
import { validateTaints } from './validate-taints.ts';

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

const CIDRS = 'spec.podCIDRs';

function validateCidrs(cidrs: readonly string[]): StatusCause[] {
  const why = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const wrong = cidrs.flatMap((cidr, i) => (isCidr(cidr) ? [] : [invalidField(`${CIDRS}[${i}]`, cidr, why)]));
  const families = new Set(cidrs.map((cidr) => cidr.includes(':')));
  const isPair = cidrs.length <= 1 || (cidrs.length === 2 && families.size === 2);
  return [
    ...wrong,
    ...(isPair ? [] : [invalidField(CIDRS, cidrs, 'may specify no more than one CIDR for each IP family')]),
  ];
}

/** Kubernetes names the taints' path so, in spite of where they are. */
const TAINTS = 'metadata.taints';

export function validateNode({ spec = {}, status = {} }: Node): StatusCause[] {
  return [
    ...validateTaints(TAINTS, spec.taints ?? []),
    ...validateAmounts('status.capacity', status.capacity ?? {}),
    ...validateAmounts('status.allocatable', status.allocatable ?? {}),
    ...validateCidrs(spec.podCIDRs ?? []),
  ];
}

function validateAddresses({ status }: Node): StatusCause[] {
  const seen = new Set<string>();
  return (status?.addresses ?? []).flatMap((address, i) => {
    const key = JSON.stringify([address.type, address.address]);
    const isDuplicate = seen.has(key);
    seen.add(key);
    return isDuplicate ? [duplicateField(`status.addresses[${i}]`, address)] : [];
  });
}

export function validateNodeUpdate(node: Node, { spec: old = {} }: Node): StatusCause[] {
  const { podCIDRs = [], providerID = '' } = node.spec ?? {};
  const { podCIDRs: oldCidrs = [], providerID: oldProvider = '' } = old;
  const cidrsMoved = oldCidrs.length > 0 && !isDeepStrictEqual(podCIDRs, oldCidrs);
  const providerMoved = oldProvider !== '' && oldProvider !== providerID;
  return [
    ...validateAddresses(node),
    ...(cidrsMoved ? [forbiddenField(CIDRS, 'node updates may not change podCIDR except from "" to valid')] : []),
    ...(providerMoved
      ? [forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid')]
      : []),
  ];
}
