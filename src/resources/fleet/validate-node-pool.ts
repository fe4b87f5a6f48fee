/** What a NodePool may ask: only what its nodes could be made of. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../../values/name-rules.ts';
import { checkAtMostAll, checkIntOrPercent, magnitude } from '../apps/int-or-percent.ts';
import { validateAmounts } from '../core/validate-amounts.ts';
import { validateTaints } from '../core/validate-taints.ts';
import { forbiddenField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { validateBounds } from '../validate-bounds.ts';
import { validateAnnotations, validateLabels } from '../validate-metadata.ts';
import type { NodePool } from './node-pool.ts';

/** A node is called `<pool>-<index>`, and its name is also the label kubernetes.io/hostname: 63 less 7 for the index. */
const MAX_NAME = 56;

function validateName({ metadata: { name = '' } }: NodePool): StatusCause[] {
  const isLong = name.length > MAX_NAME && name.length <= 63;
  return isLong ? [invalidField('metadata.name', name, `must be no more than ${MAX_NAME} bytes`)] : [];
}

const validateResources = (field: string, amounts: Readonly<Record<string, string>>): StatusCause[] => [
  ...Object.keys(amounts).flatMap((resource) => violations(isQualifiedName, `${field}.${resource}`, resource)),
  ...validateAmounts(field, amounts),
];

type InstanceTypes = NonNullable<NonNullable<NonNullable<NodePool['spec']>['template']>['instanceTypes']>;

/** One may be there more than once: that is how the shares are told. */
const validateInstanceTypes = (field: string, types: InstanceTypes): StatusCause[] =>
  types.flatMap(({ name = '', capacity = {} }, i) => [
    ...(name === ''
      ? [requiredField(`${field}[${i}].name`)]
      : violations(isValidLabelValue, `${field}[${i}].name`, name)),
    ...validateResources(`${field}[${i}].capacity`, capacity),
  ]);

function validateTemplate({ spec: { template = {} } = {} }: NodePool): StatusCause[] {
  const { capacity = {}, instanceType = '', instanceTypes = [], metadata = {}, spec = {}, zones = [] } = template;
  const at = 'spec.template';
  return [
    ...validateResources(`${at}.capacity`, capacity),
    ...violations(isValidLabelValue, `${at}.instanceType`, instanceType),
    ...(instanceType !== '' && instanceTypes.length > 0
      ? [forbiddenField(`${at}.instanceType`, 'may not be set beside `instanceTypes`')]
      : []),
    ...validateInstanceTypes(`${at}.instanceTypes`, instanceTypes),
    ...validateLabels(metadata.labels ?? {}, `${at}.metadata.labels`),
    ...validateAnnotations(metadata.annotations ?? {}, `${at}.metadata.annotations`),
    ...validateTaints(`${at}.spec.taints`, spec.taints ?? []),
    ...zones.flatMap((zone, i) => violations(isValidLabelValue, `${at}.zones[${i}]`, zone)),
  ];
}

const STRATEGIES = ['OnDelete', 'RollingUpdate'];

/** Source: pkg/apis/apps/validation, ValidateRollingUpdateDeployment, 1.34. */
function validateStrategy({ spec: { updateStrategy } = {} }: NodePool): StatusCause[] {
  const { type = 'OnDelete', rollingUpdate } = updateStrategy ?? {};
  const at = 'spec.updateStrategy';
  const { maxUnavailable = 1, maxSurge = 0 } = rollingUpdate ?? {};
  const standsStill = magnitude(maxUnavailable) === 0 && magnitude(maxSurge) === 0;
  return [
    ...(STRATEGIES.includes(type) ? [] : [unsupportedField(`${at}.type`, type, STRATEGIES)]),
    ...checkIntOrPercent(`${at}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...checkAtMostAll(`${at}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...checkIntOrPercent(`${at}.rollingUpdate.maxSurge`, maxSurge),
    ...(standsStill
      ? [invalidField(`${at}.rollingUpdate.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
  ];
}

function validateAutoscaling({ spec: { autoscaling } = {} }: NodePool): StatusCause[] {
  const { minReplicas = 0, maxReplicas = Number.POSITIVE_INFINITY } = autoscaling ?? {};
  return minReplicas <= maxReplicas
    ? []
    : [invalidField('spec.autoscaling.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')];
}

function validateRepair({ spec: { repair } = {} }: NodePool): StatusCause[] {
  const most = repair?.maxUnhealthy ?? 0;
  return [...checkIntOrPercent('spec.repair.maxUnhealthy', most), ...checkAtMostAll('spec.repair.maxUnhealthy', most)];
}

const missing = ({ spec: { autoscaling, repair } = {} }: NodePool): string[] => [
  ...(autoscaling !== undefined && autoscaling.maxReplicas === undefined ? ['spec.autoscaling.maxReplicas'] : []),
  ...(repair !== undefined && repair.notReadySeconds === undefined ? ['spec.repair.notReadySeconds'] : []),
];

/** Older versions stored pools without them: such a pool can still be labelled, scaled and let go, as with ratcheting. */
function validateRequired(pool: NodePool, old: NodePool | undefined): StatusCause[] {
  const spared = old === undefined ? [] : missing(old);
  return old?.metadata.deletionTimestamp !== undefined
    ? []
    : missing(pool)
        .filter((field) => !spared.includes(field))
        .map((field) => requiredField(field));
}

export function validateNodePool(pool: NodePool, old?: NodePool): StatusCause[] {
  const { runtime = '', kubelet = {}, kubeletConfigRef: ref } = pool.spec ?? {};
  return [
    ...validateName(pool),
    ...validateBounds('dev.flotilla.fleet.v1alpha1.NodePoolSpec', pool.spec, 'spec'),
    ...violations(isDNS1123Label, 'spec.runtime', runtime),
    ...validateTemplate(pool),
    ...(ref === undefined ? [] : violations(isDNS1123Subdomain, 'spec.kubeletConfigRef.name', ref.name ?? '')),
    ...validateStrategy(pool),
    ...validateAutoscaling(pool),
    ...validateRepair(pool),
    ...validateRequired(pool, old),
    ...validateResources('spec.kubelet.kubeReserved', kubelet.kubeReserved ?? {}),
    ...validateResources('spec.kubelet.systemReserved', kubelet.systemReserved ?? {}),
  ];
}
