/** networking.k8s.io/v1 NetworkPolicy. Source: pkg/apis/networking/{v1/defaults,validation}, 1.34. Nothing acts on it. */
import { isIP } from 'node:net';
import type { StatusCause } from '../../errors.ts';
import { formatLabelSelector, type LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField } from '../field-errors.ts';
import { checkLabelSelector } from '../pod/validate-label-selector.ts';
import { checkPortReference } from '../pod/validate-ports.ts';

interface Port {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}
interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr?: string; except?: string[] };
}
interface Rule {
  ports?: Port[];
  from?: Peer[];
  to?: Peer[];
}
interface NetworkPolicy extends KubeObject {
  spec?: { podSelector?: LabelSelector; ingress?: Rule[]; egress?: Rule[]; policyTypes?: string[] };
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const TYPES = ['Egress', 'Ingress'];
const NO_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

function isCidr(text: string): boolean {
  const [address = '', bits = '', more] = text.split('/');
  const family = isIP(address);
  return more === undefined && family > 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function checkPeer(path: string, { podSelector, namespaceSelector, ipBlock }: Peer): StatusCause[] {
  if (podSelector === undefined && namespaceSelector === undefined && ipBlock === undefined) {
    return [requiredField(path, 'must specify a peer')];
  }
  const alone = 'may not be specified when both ipBlock and another peer are specified';
  const cidr = ipBlock?.cidr ?? '';
  return [
    ...checkLabelSelector(`${path}.podSelector`, podSelector),
    ...checkLabelSelector(`${path}.namespaceSelector`, namespaceSelector),
    ...(ipBlock === undefined || isCidr(cidr)
      ? []
      : [cidr === '' ? requiredField(`${path}.ipBlock.cidr`) : invalidField(`${path}.ipBlock.cidr`, cidr, NO_CIDR)]),
    ...(ipBlock?.except ?? []).flatMap((except, index) =>
      isCidr(except) ? [] : [invalidField(`${path}.ipBlock.except[${index}]`, except, NO_CIDR)],
    ),
    ...(ipBlock !== undefined && (podSelector ?? namespaceSelector) !== undefined ? [forbiddenField(path, alone)] : []),
  ];
}

function checkPort(path: string, { protocol = '', port, endPort }: Port): StatusCause[] {
  return [
    ...(PROTOCOLS.includes(protocol) ? [] : [unsupportedField(`${path}.protocol`, protocol, PROTOCOLS)]),
    ...(port === undefined ? [] : checkPortReference(`${path}.port`, port)),
    ...(endPort !== undefined && typeof port === 'number' && endPort < port
      ? [invalidField(`${path}.endPort`, endPort, 'must be greater than or equal to `port`')]
      : []),
    ...(endPort !== undefined && typeof port !== 'number'
      ? [invalidField(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified')]
      : []),
  ];
}

const checkRules = (field: 'ingress' | 'egress', rules: readonly Rule[]): StatusCause[] =>
  rules.flatMap((rule, index) => {
    const path = `spec.${field}[${index}]`;
    const side = field === 'ingress' ? 'from' : 'to';
    return [
      ...(rule.ports ?? []).flatMap((port, at) => checkPort(`${path}.ports[${at}]`, port)),
      ...(rule[side] ?? []).flatMap((peer, at) => checkPeer(`${path}.${side}[${at}]`, peer)),
    ];
  });

export const networkPolicy = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.NetworkPolicy',
  columns: [
    NAME_COLUMN,
    column('Pod-Selector', 'podSelector selects the pods to which this NetworkPolicy object applies.', ({ spec }) =>
      formatLabelSelector(spec?.podSelector ?? {}),
    ),
    AGE_COLUMN,
  ],
  applyDefaults: ({ spec }) => {
    for (const port of [...(spec?.ingress ?? []), ...(spec?.egress ?? [])].flatMap(({ ports = [] }) => ports)) {
      port.protocol ||= 'TCP';
    }
    if (spec !== undefined && (spec.policyTypes ?? []).length === 0) {
      spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    }
  },
  validate: ({ spec = {} }) => [
    ...checkLabelSelector('spec.podSelector', spec.podSelector ?? {}),
    ...checkRules('ingress', spec.ingress ?? []),
    ...checkRules('egress', spec.egress ?? []),
    ...(spec.policyTypes ?? []).flatMap((type, index) =>
      TYPES.includes(type) ? [] : [unsupportedField(`spec.policyTypes[${index}]`, type, TYPES)],
    ),
  ],
});
