/** networking.k8s.io/v1 NetworkPolicy. Source: pkg/apis/networking/v1/defaults.go and its strategy, 1.34. Nothing acts on it. */
import { formatAddress, networkOf, parseCidr } from '../../values/cidr.ts';
import { formatLabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, orNone } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { blocksOf, checkNetworkPolicy, type NetworkPolicySpec } from './validate-network-policy.ts';

/** SwaggerDoc() of spec.podSelector, which the model leaves out where a field is of another type. */
const SELECTOR_DOC =
  'podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to any pods ' +
  "selected by this field. An empty selector matches all pods in the policy's namespace. Multiple network policies can " +
  'select the same set of pods. In this case, the ingress rules for each are combined additively. This field is optional. ' +
  'If it is not specified, it defaults to an empty selector.';

interface NetworkPolicy extends KubeObject {
  spec?: NetworkPolicySpec;
}

/** One address of a network, or the network? Source: apimachinery's GetWarningsForCIDR. */
function cidrWarnings(path: string, text: string): string[] {
  const cidr = parseCidr(text);
  if (cidr === undefined || networkOf(cidr) === cidr.address) {
    return [];
  }
  const network = `${formatAddress(networkOf(cidr), cidr.bits)}/${cidr.prefix}`;
  const single = `${formatAddress(cidr.address, cidr.bits)}/${cidr.bits}`;
  return [`${path}: CIDR value "${text}" is ambiguous in this context (should be "${network}" or "${single}"?)`];
}

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
    column('Pod-Selector', SELECTOR_DOC, ({ spec }) => orNone(formatLabelSelector(spec?.podSelector ?? {}))),
    AGE_COLUMN,
  ],
  applyDefaults: (object) => {
    object.spec ??= {};
    const { spec } = object;
    for (const port of [...(spec.ingress ?? []), ...(spec.egress ?? [])].flatMap(({ ports = [] }) => ports)) {
      port.protocol ??= 'TCP';
    }
    if ((spec.policyTypes ?? []).length === 0) {
      spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
    }
  },
  validate: ({ spec = {} }) => checkNetworkPolicy(spec),
  warnings: ({ spec = {} }) =>
    blocksOf(spec).flatMap(([path, { cidr = '', except = [] }]) => [
      ...cidrWarnings(`${path}.cidr`, cidr),
      ...except.flatMap((text, index) => cidrWarnings(`${path}.except[${index}]`, text)),
    ]),
});
