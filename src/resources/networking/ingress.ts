/** networking.k8s.io/v1 Ingress. Source: pkg/apis/networking/validation, ValidateIngress, 1.34. Nothing acts on it. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, orNone } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { checkIngress, type IngressSpec } from './validate-ingress.ts';

interface Ingress extends KubeObject {
  spec?: IngressSpec;
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

const SHOWN = 3;

function hostsCell({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const hosts = rules.map(({ host = '' }) => host).filter((host) => host !== '');
  const more = rules.length > SHOWN ? ` + ${rules.length - SHOWN} more...` : '';
  return hosts.length === 0 ? '*' : `${hosts.slice(0, SHOWN).join(',')}${more}`;
}

const COLUMNS: readonly Column<Ingress>[] = [
  NAME_COLUMN,
  column('Class', 'The name of the IngressClass resource that should be used.', ({ spec }) =>
    orNone(spec?.ingressClassName),
  ),
  column('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', hostsCell),
  column('Address', 'Address is a list containing ingress points for the load-balancer', ({ status }) =>
    (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').join(','),
  ),
  column('Ports', 'Ports of TLS configurations that open', ({ spec }) =>
    (spec?.tls ?? []).length > 0 ? '80, 443' : '80',
  ),
  AGE_COLUMN,
];

export const ingress = defineResource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  listKind: 'IngressList',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.Ingress',
  columns: COLUMNS,
  subresources: { status: true },
  prepareForCreate: (object) => {
    object.status = { loadBalancer: {} };
  },
  validate: ({ spec = {} }) => checkIngress(spec),
});
