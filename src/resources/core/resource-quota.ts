/** core/v1 ResourceQuota. Source: pkg/apis/core/validation, ValidateResourceQuota, 1.34. Nothing enforces it yet. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, invalidField, unsupportedField, violations } from '../field-errors.ts';

type Amounts = Record<string, string>;
interface ResourceQuota extends KubeObject {
  spec?: { hard?: Amounts; scopes?: string[]; scopeSelector?: object };
  status?: { hard?: Amounts; used?: Amounts };
}

const SCOPES = [
  ...['BestEffort', 'CrossNamespacePodAffinity', 'NotBestEffort', 'NotTerminating', 'PriorityClass', 'Terminating'],
  'VolumeAttributesClass',
];
const STANDARD = [
  ...['cpu', 'memory', 'ephemeral-storage', 'pods', 'services', 'replicationcontrollers', 'resourcequotas', 'secrets'],
  ...['configmaps', 'persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers', 'storage'],
];
const isStandard = (name: string): boolean =>
  STANDARD.includes(name) || /^(requests|limits)\./.test(name) || name.startsWith('count/') || name.includes('/');

function checkAmounts(path: string, amounts: Amounts): StatusCause[] {
  return Object.entries(amounts).flatMap(([name, text]) => {
    const at = `${path}[${name}]`;
    const ofName = violations(isQualifiedName, at, name);
    const unknown = 'must be a standard resource type or fully qualified';
    return [
      ...ofName,
      ...(ofName.length > 0 || isStandard(name) ? [] : [invalidField(at, name, unknown)]),
      ...((parseQuantity(text)?.nanos ?? 0n) < 0n
        ? [invalidField(at, text, 'must be greater than or equal to 0')]
        : []),
    ];
  });
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
    ...(spec.scopes ?? []).flatMap((scope) =>
      SCOPES.includes(scope) ? [] : [unsupportedField('spec.scopes', scope, SCOPES)],
    ),
  ],
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.scopes', spec?.scopes, isDeepStrictEqual(spec?.scopes ?? [], old?.scopes ?? [])),
  validateStatusUpdate: ({ status = {} }) => [
    ...checkAmounts('status.hard', status.hard ?? {}),
    ...checkAmounts('status.used', status.used ?? {}),
  ],
});
