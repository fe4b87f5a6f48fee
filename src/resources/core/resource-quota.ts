/** core/v1 ResourceQuota. Source: pkg/apis/core/validation, ValidateResourceQuota, 1.34. Nothing enforces it yet. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, invalidField, violations } from '../field-errors.ts';

type Amounts = Record<string, string>;
interface ResourceQuota extends KubeObject {
  spec?: { hard?: Amounts; scopes?: string[]; scopeSelector?: object };
  status?: { hard?: Amounts; used?: Amounts };
}

const PODS = ['pods'];
const COMPUTE = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
/** Scope → the resources of the standard ones that it can limit. */
const SCOPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['BestEffort', PODS],
  ...['CrossNamespacePodAffinity', 'NotBestEffort', 'NotTerminating', 'PriorityClass', 'Terminating'].map(
    (scope) => [scope, [...PODS, ...COMPUTE]] as const,
  ),
  ['VolumeAttributesClass', ['persistentvolumeclaims', 'requests.storage']],
]);
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
const STANDARD = [
  ...[...PODS, ...COMPUTE, 'ephemeral-storage', 'requests.ephemeral-storage', 'limits.ephemeral-storage'],
  ...['requests.storage', 'persistentvolumeclaims', 'services', 'services.nodeports', 'services.loadbalancers'],
  ...['replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps'],
];
const isStandard = (name: string): boolean => STANDARD.includes(name) || /^(requests\.)?hugepages-/.test(name);

function checkResourceName(path: string, name: string): StatusCause[] {
  const ofName = violations(isQualifiedName, path, name);
  if (ofName.length > 0 || name.includes('/') || isStandard(name)) {
    return ofName;
  }
  return [
    ...(name === 'storage' ? [] : [invalidField(path, name, 'must be a standard resource type or fully qualified')]),
    invalidField(path, name, 'must be a standard resource for quota'),
  ];
}

const checkAmounts = (path: string, amounts: Amounts): StatusCause[] =>
  Object.entries(amounts).flatMap(([name, text]) => [
    ...checkResourceName(`${path}[${name}]`, name),
    ...((parseQuantity(text)?.nanos ?? 0n) < 0n
      ? [invalidField(`${path}[${name}]`, text, 'must be greater than or equal to 0')]
      : []),
  ]);

function checkScopes(scopes: readonly string[], hard: Amounts): StatusCause[] {
  const refuse = (detail: string): StatusCause => invalidField('spec.scopes', scopes, detail);
  return [
    ...scopes.flatMap((scope) => {
      const fitting = SCOPES.get(scope);
      const others = Object.keys(hard).filter((name) => isStandard(name) && !(fitting ?? []).includes(name));
      return [
        ...(fitting === undefined ? [refuse('unsupported scope')] : []),
        ...others.map(() => refuse('unsupported scope applied to resource')),
      ];
    }),
    ...OPPOSITES.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
      refuse('conflicting scopes'),
    ),
  ];
}

/** `requests.cpu: 1/2` for each resource; limits go to a column of their own. */
function amountsCell({ spec, status }: ResourceQuota, isLimit: boolean): string {
  const { hard = spec?.hard ?? {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === isLimit)
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

export const resourceQuota = defineResource<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ResourceQuota',
  hasGeneration: false,
  deletion: { answersObject: true },
  columns: [
    NAME_COLUMN,
    column('Request', 'Request represents a minimum amount of cpu/memory that a container may consume.', (quota) =>
      amountsCell(quota, false),
    ),
    column('Limit', 'Limits control the maximum amount of cpu/memory that a container may use.', (quota) =>
      amountsCell(quota, true),
    ),
    AGE_COLUMN,
  ],
  subresources: { status: true },
  prepareForCreate: (object) => {
    object.status = {};
  },
  validate: ({ spec = {} }) => [
    ...checkAmounts('spec.hard', spec.hard ?? {}),
    ...checkScopes(spec.scopes ?? [], spec.hard ?? {}),
  ],
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.scopes', spec?.scopes, isDeepStrictEqual(spec?.scopes ?? [], old?.scopes ?? [])),
  validateStatusUpdate: ({ status = {} }) => [
    ...checkAmounts('status.hard', status.hard ?? {}),
    ...checkAmounts('status.used', status.used ?? {}),
  ],
});
