/** What a network policy must meet. Source: pkg/apis/networking/validation, ValidateNetworkPolicySpec, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isStrictlyWithin, parseCidr } from '../../values/cidr.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import { isValidPortName } from '../../values/name-rules.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { checkPortNumber } from '../pod/validate-ports.ts';

interface Port {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}
export interface IPBlock {
  cidr?: string;
  except?: string[];
}
interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: IPBlock;
}
interface Rule {
  ports?: Port[];
  from?: Peer[];
  to?: Peer[];
}
export interface NetworkPolicySpec {
  podSelector?: LabelSelector;
  ingress?: Rule[];
  egress?: Rule[];
  policyTypes?: string[];
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

function checkBlock(path: string, { cidr = '', except = [] }: IPBlock): StatusCause[] {
  const whole = parseCidr(cidr);
  if (whole === undefined) {
    return [cidr === '' ? requiredField(`${path}.cidr`) : invalidField(`${path}.cidr`, cidr, NO_CIDR)];
  }
  return except.flatMap((text, index) => {
    const part = parseCidr(text);
    const problem =
      part === undefined ? NO_CIDR : isStrictlyWithin(part, whole) ? undefined : 'must be a strict subset of `cidr`';
    return problem === undefined ? [] : [invalidField(`${path}.except[${index}]`, text, problem)];
  });
}

function checkPeer(path: string, { podSelector, namespaceSelector, ipBlock }: Peer): StatusCause[] {
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  return [
    ...checkLabelSelector(`${path}.podSelector`, podSelector),
    ...checkLabelSelector(`${path}.namespaceSelector`, namespaceSelector),
    ...(ipBlock === undefined ? [] : checkBlock(`${path}.ipBlock`, ipBlock)),
    ...(selects || ipBlock !== undefined ? [] : [requiredField(path, 'must specify a peer')]),
    ...(selects && ipBlock !== undefined
      ? [forbiddenField(path, 'may not specify both ipBlock and another peer')]
      : []),
  ];
}

function checkRange(path: string, { port, endPort }: Port): StatusCause[] {
  if (endPort === undefined) {
    return [];
  }
  if (typeof port !== 'number') {
    const which = port === undefined ? 'not specified' : 'non-numeric';
    return [invalidField(path, endPort, `may not be specified when \`port\` is ${which}`)];
  }
  return [
    ...(endPort < port ? [invalidField(path, port, 'must be greater than or equal to `port`')] : []),
    ...checkPortNumber(path, endPort),
  ];
}

function checkPort(path: string, entry: Port): StatusCause[] {
  const { protocol, port } = entry;
  const ofPort =
    typeof port === 'number'
      ? checkPortNumber(`${path}.port`, port)
      : port === undefined
        ? []
        : violations(isValidPortName, `${path}.port`, port);
  return [
    ...(protocol === undefined || PROTOCOLS.includes(protocol)
      ? []
      : [unsupportedField(`${path}.protocol`, protocol, PROTOCOLS)]),
    ...ofPort,
    ...checkRange(`${path}.endPort`, entry),
  ];
}

const SIDES = { ingress: 'from', egress: 'to' } as const;

const checkRules = (field: keyof typeof SIDES, rules: readonly Rule[]): StatusCause[] =>
  rules.flatMap((rule, index) => {
    const path = `spec.${field}[${index}]`;
    const side = SIDES[field];
    return [
      ...(rule.ports ?? []).flatMap((port, at) => checkPort(`${path}.ports[${at}]`, port)),
      ...(rule[side] ?? []).flatMap((peer, at) => checkPeer(`${path}.${side}[${at}]`, peer)),
    ];
  });

function checkTypes(path: string, types: readonly string[]): StatusCause[] {
  return types.length > TYPES.length
    ? [invalidField(path, types, 'may not specify more than two policyTypes')]
    : types.flatMap((type, index) =>
        TYPES.includes(type) ? [] : [unsupportedField(`${path}[${index}]`, type, TYPES)],
      );
}

export const checkNetworkPolicy = (spec: NetworkPolicySpec): StatusCause[] => [
  ...checkLabelSelector('spec.podSelector', spec.podSelector),
  ...checkRules('ingress', spec.ingress ?? []),
  ...checkRules('egress', spec.egress ?? []),
  ...checkTypes('spec.policyTypes', spec.policyTypes ?? []),
];

/** With the path of each. */
export const blocksOf = (spec: NetworkPolicySpec): (readonly [path: string, block: IPBlock])[] =>
  (['ingress', 'egress'] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap((rule, index) =>
      (rule[SIDES[field]] ?? []).flatMap(({ ipBlock }, at) =>
        ipBlock === undefined ? [] : [[`spec.${field}[${index}].${SIDES[field]}[${at}].ipBlock`, ipBlock] as const],
      ),
    ),
  );
