/** Of k8s.io/api/autoscaling/v1 and v2. */
export const autoscalingFields = {
  Scale: 'metadata 1, spec 2, status 3',
  ScaleSpec: 'replicas 1',
  ScaleStatus: 'replicas 1, selector 2',
  CrossVersionObjectReference: 'kind 1, name 2, apiVersion 3',
  HorizontalPodAutoscaler: 'metadata 1, spec 2, status 3',
  HorizontalPodAutoscalerSpec: 'scaleTargetRef 1, minReplicas? 2, maxReplicas 3, targetCPUUtilizationPercentage? 4',
  HorizontalPodAutoscalerStatus: `
    observedGeneration? 1, lastScaleTime 2, currentReplicas 3, desiredReplicas 4, currentCPUUtilizationPercentage? 5`,
};
export const autoscalingV2Fields = {
  HorizontalPodAutoscaler: 'metadata 1, spec 2, status 3',
  HorizontalPodAutoscalerSpec: 'scaleTargetRef 1, minReplicas? 2, maxReplicas 3, metrics 4, behavior 5',
  HorizontalPodAutoscalerStatus: `
    observedGeneration? 1, lastScaleTime 2, currentReplicas 3, desiredReplicas 4, currentMetrics 5, conditions 6`,
  HorizontalPodAutoscalerCondition: 'type 1, status 2, lastTransitionTime 3, reason 4, message 5',
  HorizontalPodAutoscalerBehavior: 'scaleUp 1, scaleDown 2',
  HPAScalingRules: 'selectPolicy? 1, policies 2, stabilizationWindowSeconds? 3, tolerance 4',
  HPAScalingPolicy: 'type 1, value 2, periodSeconds 3',
  CrossVersionObjectReference: 'kind 1, name 2, apiVersion 3',
  MetricSpec: 'type 1, object 2, pods 3, resource 4, external 5, containerResource 7',
  ResourceMetricSource: 'name 1, target 2',
  ContainerResourceMetricSource: 'name 1, target 2, container 3',
  PodsMetricSource: 'metric 1, target 2',
  ObjectMetricSource: 'describedObject 1, target 2, metric 3',
  ExternalMetricSource: 'metric 1, target 2',
  MetricIdentifier: 'name 1, selector 2',
  MetricTarget: 'type 1, value 2, averageValue 3, averageUtilization? 4',
  MetricStatus: 'type 1, object 2, pods 3, resource 4, external 5, containerResource 7',
  ResourceMetricStatus: 'name 1, current 2',
  ContainerResourceMetricStatus: 'name 1, current 2, container 3',
  PodsMetricStatus: 'metric 1, current 2',
  ObjectMetricStatus: 'metric 1, current 2, describedObject 3',
  ExternalMetricStatus: 'metric 1, current 2',
  MetricValueStatus: 'value 1, averageValue 2, averageUtilization? 3',
};
