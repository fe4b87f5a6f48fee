/** An autoscaler's spec: types and defaults. Source: pkg/apis/autoscaling/v2/defaults.go, 1.34. */
export interface Target {
  type?: string;
  value?: string;
  averageValue?: string;
  averageUtilization?: number;
}
export interface CrossVersionReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
}
/** Fields of all five kinds of source; each kind has its own. */
export interface MetricSource {
  name?: string;
  container?: string;
  metric?: { name?: string };
  describedObject?: CrossVersionReference;
  target?: Target;
}
/** In the order in which Kubernetes looks at them. */
export const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
export type SourceName = (typeof SOURCES)[number];
export type Metric = { type?: string } & Partial<Record<SourceName, MetricSource>>;
export interface ScalingRules {
  stabilizationWindowSeconds?: number;
  selectPolicy?: string;
  policies?: { type?: string; value?: number; periodSeconds?: number }[];
  tolerance?: string;
}
export interface AutoscalerSpec {
  scaleTargetRef?: CrossVersionReference;
  minReplicas?: number;
  maxReplicas?: number;
  metrics?: Metric[];
  behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules };
}

const TARGET_CPU_PERCENT = 80;

const defaultRules = (given: ScalingRules | undefined, rules: ScalingRules): ScalingRules => ({ ...rules, ...given });

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
  // Down, an absent window means the controller's own default of five minutes.
  behavior.scaleDown = defaultRules(behavior.scaleDown, {
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  });
}

/** HPAConfigurableTolerance is off in 1.34: the field is dropped where none was set before. */
export function dropTolerance(
  { behavior = {} }: AutoscalerSpec = {},
  { behavior: old = {} }: AutoscalerSpec = {},
): void {
  if (old.scaleUp?.tolerance === undefined && old.scaleDown?.tolerance === undefined) {
    delete behavior.scaleUp?.tolerance;
    delete behavior.scaleDown?.tolerance;
  }
}
