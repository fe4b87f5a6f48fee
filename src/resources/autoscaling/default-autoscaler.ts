/** Defaults of an autoscaler. Source: pkg/apis/autoscaling/v2/defaults.go, 1.34. */
import type { AutoscalerSpec, ScalingRules } from './validate-autoscaler.ts';

const TARGET_CPU_PERCENT = 80;

const defaultRules = (given: ScalingRules | undefined, rules: Required<ScalingRules>): ScalingRules => ({
  ...rules,
  ...given,
});

export function defaultAutoscaler(spec: AutoscalerSpec): void {
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    const target = { type: 'Utilization', averageUtilization: TARGET_CPU_PERCENT };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  const { behavior } = spec;
  if (behavior === undefined) {
    return;
  }
  behavior.scaleUp = defaultRules(behavior.scaleUp, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  });
  const { stabilizationWindowSeconds: _, ...down } = defaultRules(behavior.scaleDown, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  });
  // Down, an absent window means the controller's own default of five minutes.
  const window = behavior.scaleDown?.stabilizationWindowSeconds;
  behavior.scaleDown = { ...down, ...(window === undefined ? {} : { stabilizationWindowSeconds: window }) };
}
