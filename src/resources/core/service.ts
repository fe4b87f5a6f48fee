/** core/v1 Service. Source: pkg/registry/core/service/strategy.go, pkg/apis/core/{v1/defaults,validation}, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, column, docOf, labelsCell, NAME_COLUMN, NONE, orNone, UNKNOWN, wideColumn } from '../columns.ts';
import { type Column, defineResource, PROXY_VERBS } from '../define-resource.ts';
import { defaultService, type ServiceSpec } from './default-service.ts';
import { serviceClaims, settleService } from './service-allocation.ts';
import { checkFamilies, giveUpSecondFamily } from './service-families.ts';
import { serviceWarnings } from './service-warnings.ts';
import { carryOverService } from './update-service.ts';
import { checkService, checkServiceUpdate } from './validate-service.ts';

export interface Service extends KubeObject {
  spec?: ServiceSpec;
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

const NARROW = 16;

function balancerCell({ status }: Service): string {
  const ingress = status?.loadBalancer?.ingress ?? [];
  const names = [...new Set(ingress.map(({ ip, hostname }) => ip || hostname || '').filter((name) => name !== ''))];
  const text = names.sort().join(',');
  return text.length > NARROW ? `${text.slice(0, NARROW - 3)}...` : text;
}

/** What the table shows for each type. */
const EXTERNAL: ReadonlyMap<string, (service: Service) => string> = new Map([
  ['ClusterIP', ({ spec }: Service) => orNone(spec?.externalIPs?.join(','))],
  ['NodePort', ({ spec }: Service) => orNone(spec?.externalIPs?.join(','))],
  [
    'LoadBalancer',
    (service: Service) =>
      [balancerCell(service), ...(service.spec?.externalIPs ?? [])].filter((text) => text !== '').join(',') ||
      '<pending>',
  ],
  ['ExternalName', ({ spec }: Service) => spec?.externalName ?? ''],
]);

const externalCell = (service: Service): string => EXTERNAL.get(service.spec?.type ?? '')?.(service) ?? UNKNOWN;

function portsCell({ spec }: Service): string {
  const ports = (spec?.ports ?? []).map(({ port, nodePort = 0, protocol }) =>
    nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.length === 0 ? NONE : ports.join(',');
}

const COLUMNS: readonly Column<Service>[] = [
  NAME_COLUMN,
  column('Type', docOf('spec.type'), ({ spec }) => spec?.type ?? ''),
  column('Cluster-IP', docOf('spec.clusterIP'), ({ spec }) => orNone(spec?.clusterIP)),
  column('External-IP', docOf('spec.externalIPs'), externalCell),
  column('Port(s)', docOf('spec.ports'), portsCell),
  AGE_COLUMN,
  wideColumn('Selector', docOf('spec.selector'), ({ spec }) => labelsCell(spec?.selector)),
];

export const service = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  nameRule: 'dns1035Label',
  schema: 'io.k8s.api.core.v1.Service',
  hasGeneration: false,
  createOnUpdate: true,
  deletion: { answersObject: true },
  selectableFields: ['spec.clusterIP', 'spec.type'],
  columns: COLUMNS,
  subresources: { status: true, other: { proxy: { kind: 'ServiceProxyOptions', verbs: PROXY_VERBS } } },
  allocation: { claims: ({ spec = {} }) => serviceClaims(spec), settle: settleService },
  applyDefaults: ({ spec }) => defaultService(spec ?? {}),
  prepareForCreate: (object) => {
    object.spec ??= {};
    object.status = { loadBalancer: {} };
  },
  prepareForUpdate: (object, old) => {
    object.spec ??= {};
    carryOverService(object.spec, old.spec ?? {});
    giveUpSecondFamily(object.spec, old.spec ?? {});
    if (object.spec.type !== 'LoadBalancer') {
      object.status = { ...object.status, loadBalancer: {} };
    }
  },
  // Where Kubernetes gives the addresses, which comes before all else.
  validate: ({ spec = {} }, old) => {
    const families = checkFamilies(spec, old?.spec);
    return families.length > 0 ? families : checkService(spec);
  },
  validateUpdate: ({ spec = {} }, { spec: old = {} }) =>
    checkFamilies(spec, old).length > 0 ? [] : checkServiceUpdate(spec, old),
  warnings: serviceWarnings,
});
