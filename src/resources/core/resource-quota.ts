/** core/v1 ResourceQuota. Source: pkg/apis/core/validation, ValidateResourceQuota, 1.34. Nothing enforces it yet. */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseQuantity } from '../../values/quantity.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../columns.ts';
import { defineResource } from '../define-resource.ts';
import { checkImmutable, invalidField, requiredField, violations, violationsOfEach } from '../field-errors.ts';

interface ScopeRequirement {
  scopeName?: string;
  operator?: string;
  values?: string[];
}
type Amounts = Record<string, string>;
interface ResourceQuota extends KubeObject {
  spec?: { hard?: Amounts; scopes?: string[]; scopeSelector?: { matchExpressions?: ScopeRequirement[] } };
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
    ...(WHOLE.includes(name) && !isWhole(text) ? [invalidField(`${path}[${name}]`, text, 'must be an integer')] : []),
  ]);

/** What is counted comes whole. */
const WHOLE = [
  ...['pods', 'persistentvolumeclaims', 'services', 'services.nodeports', 'services.loadbalancers'],
  ...['replicationcontrollers', 'resourcequotas', 'secrets', 'configmaps'],
];
const isWhole = (text: string): boolean => (parseQuantity(text)?.nanos ?? 0n) % 10n ** 9n === 0n;

const standardOf = (hard: Amounts): readonly string[] => Object.keys(hard).filter(isStandard);

/** Of the standard ones. A scope that nobody knows limits what it likes. */
function unfitting(scope: string, names: readonly string[]): readonly string[] {
  const fitting = SCOPES.get(scope);
  return fitting === undefined ? [] : names.filter((name) => !fitting.includes(name));
}

const opposed = (scopes: readonly string[]): readonly unknown[] =>
  OPPOSITES.filter((pair) => pair.every((scope) => scopes.includes(scope)));

function checkScopes(scopes: readonly string[], hard: Amounts): StatusCause[] {
  const refuse = (detail: string): StatusCause => invalidField('spec.scopes', scopes, detail);
  // Made once, as below: a text of all scopes for each of 1,300 scopes and 600 resources took all memory.
  const [unsupported, misapplied] = [refuse('unsupported scope'), refuse('unsupported scope applied to resource')];
  const standard = standardOf(hard);
  return [
    ...violationsOfEach(scopes, (scope) => [
      ...(SCOPES.has(scope) ? [] : [unsupported]),
      ...unfitting(scope, standard).map(() => misapplied),
    ]),
    ...opposed(scopes).map(() => refuse('conflicting scopes')),
  ];
}

const WITHOUT_VALUES = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const MUST_EXIST =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, " +
  'ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity';
const SELECTED = 'spec.scopeSelector.matchExpressions';

/** The paths have no index there either. */
function checkOperator({ scopeName = '', operator = '', values = [] }: ScopeRequirement): StatusCause[] {
  const at = `${SELECTED}.operator`;
  const unfit =
    WITHOUT_VALUES.includes(scopeName) && operator !== 'Exists' ? [invalidField(at, operator, MUST_EXIST)] : [];
  if (operator === 'In' || operator === 'NotIn') {
    const missing = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return [...unfit, ...(values.length === 0 ? [requiredField(`${SELECTED}.values`, missing)] : [])];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const extra = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    return [...unfit, ...(values.length === 0 ? [] : [invalidField(`${SELECTED}.values`, values, extra)])];
  }
  return [...unfit, invalidField(at, operator, 'not a valid selector operator')];
}

function checkSelector({ hard = {}, scopes, scopeSelector }: NonNullable<ResourceQuota['spec']>): StatusCause[] {
  const requirements = scopeSelector?.matchExpressions ?? [];
  const standard = standardOf(hard);
  const misapplied = invalidField(SELECTED, scopeSelector, 'unsupported scope applied to resource');
  return [
    ...violationsOfEach(requirements, (requirement) => {
      const { scopeName = '' } = requirement;
      return [
        ...(SCOPES.has(scopeName) ? [] : [invalidField(`${SELECTED}.scopeName`, scopeName, 'unsupported scope')]),
        ...unfitting(scopeName, standard).map(() => misapplied),
        ...checkOperator(requirement),
      ];
    }),
    ...opposed(requirements.map(({ scopeName = '' }) => scopeName)).map(() =>
      invalidField(SELECTED, scopes ?? null, 'conflicting scopes'),
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
    ...checkSelector(spec),
  ],
  validateUpdate: ({ spec }, { spec: old }) =>
    checkImmutable('spec.scopes', spec?.scopes, isDeepStrictEqual(spec?.scopes ?? [], old?.scopes ?? [])),
  validateStatusUpdate: ({ status = {} }) => [
    ...checkAmounts('status.hard', status.hard ?? {}),
    ...checkAmounts('status.used', status.used ?? {}),
  ],
});
