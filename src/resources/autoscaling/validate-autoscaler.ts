/** What an autoscaler must meet. Source: pkg/apis/autoscaling/validation and the strategy's options, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField } from '../field-errors.ts';
import type { AutoscalerSpec } from './autoscaler-spec.ts';
import { type ApiVersionRule, checkReference } from './cross-version-reference.ts';
import { checkRules } from './scaling-rules.ts';
import { checkMetrics } from './validate-metrics.ts';

/** The only thing of the core group that can be scaled. */
const CORE_KIND = 'ReplicationController';
const NEEDS_METRIC = 'must specify at least one Object or External metric to support scaling to zero replicas';

function targetRule({ scaleTargetRef = {} }: AutoscalerSpec, old: AutoscalerSpec | undefined): ApiVersionRule {
  const { apiVersion, kind } = scaleTargetRef;
  const before = old?.scaleTargetRef;
  const isSame = before !== undefined && before.apiVersion === apiVersion && before.kind === kind;
  return isSame ? 'spared' : kind === CORE_KIND ? 'anyGroup' : 'named';
}

const hasBadReference = ({ metrics = [] }: AutoscalerSpec = {}): boolean =>
  metrics.some(
    ({ type, object }) => type === 'Object' && (object?.describedObject?.apiVersion ?? '').split('/').length > 2,
  );

/** HPAScaleToZero is off in 1.34: 0 is only for those that have it. */
function checkReplicas(spec: AutoscalerSpec, old: AutoscalerSpec | undefined): StatusCause[] {
  const { minReplicas = 1, maxReplicas = 0, metrics = [] } = spec;
  const least = old?.minReplicas === 0 ? 0 : 1;
  const canWake = metrics.some(({ type = '' }) => ['Object', 'External'].includes(type));
  return [
    ...(minReplicas < least
      ? [invalidField('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`)]
      : []),
    ...(maxReplicas < 1 ? [invalidField('spec.maxReplicas', maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas
      ? [invalidField('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...(minReplicas === 0 && !canWake ? [forbiddenField('spec.metrics', NEEDS_METRIC)] : []),
  ];
}

export function checkAutoscaler(spec: AutoscalerSpec, old: AutoscalerSpec | undefined): StatusCause[] {
  const { scaleTargetRef = {}, metrics = [], behavior = {} } = spec;
  return [
    ...checkReplicas(spec, old),
    ...checkReference('spec.scaleTargetRef', scaleTargetRef, targetRule(spec, old)),
    ...checkMetrics('spec.metrics', metrics, hasBadReference(old)),
    ...checkRules('spec.behavior.scaleUp', behavior.scaleUp),
    ...checkRules('spec.behavior.scaleDown', behavior.scaleDown),
  ];
}
