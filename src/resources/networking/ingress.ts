/** networking.k8s.io/v1 Ingress. Source: pkg/apis/networking/validation, ValidateIngress, 1.34. Nothing acts on it. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, NAME_COLUMN, NONE } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { invalidField } from '../field-errors.ts';
import { checkIngress, checkIngressStatus, type IngressSpec, type IngressStatus } from './validate-ingress.ts';

interface Ingress extends KubeObject {
  spec?: IngressSpec;
  status?: IngressStatus;
}

/** Said the class before there was a field for it. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const SHOWN = 3;

/** Rules after the third host are counted, whatever they are. */
function hostsCell({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const named = rules.flatMap(({ host = '' }, at) => (host === '' ? [] : [{ host, at }])).slice(0, SHOWN);
  const last = named[SHOWN - 1];
  const hasMore = last !== undefined && last.at < rules.length - 1;
  return named.length === 0
    ? '*'
    : `${named.map(({ host }) => host).join(',')}${hasMore ? ` + ${rules.length - SHOWN} more...` : ''}`;
}

function addressCell({ status }: Ingress): string {
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...new Set(addresses.filter((address) => address !== ''))].sort().join(',');
}

const COLUMNS: readonly Column<Ingress>[] = [
  NAME_COLUMN,
  column(
    'Class',
    'The name of the IngressClass resource that should be used for additional configuration',
    ({ spec }) => spec?.ingressClassName ?? NONE,
  ),
  column('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', hostsCell),
  column('Address', 'Address is a list containing ingress points for the load-balancer', addressCell),
  column('Ports', 'Ports of TLS configurations that open', ({ spec }) =>
    (spec?.tls ?? []).length > 0 ? '80, 443' : '80',
  ),
  AGE_COLUMN,
];

function checkSameClass({ metadata, spec = {} }: Ingress): StatusCause[] {
  const annotated = metadata.annotations?.[CLASS_ANNOTATION];
  const { ingressClassName } = spec;
  const isSame = annotated === undefined || ingressClassName === undefined || annotated === ingressClassName;
  const detail = 'must match `ingressClassName` when both are specified';
  return isSame ? [] : [invalidField(`annotations.${CLASS_ANNOTATION}`, annotated, detail)];
}

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
  validate: ({ spec = {} }, old) => checkIngress(spec, old?.spec),
  validateCreate: checkSameClass,
  validateStatusUpdate: ({ status = {} }) => checkIngressStatus(status),
  warnings: ({ metadata, spec }, old) =>
    old === undefined && CLASS_ANNOTATION in (metadata.annotations ?? {}) && spec?.ingressClassName === undefined
      ? [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
});
