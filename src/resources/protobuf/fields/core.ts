/** Of k8s.io/api/core/v1: the small kinds, and references. */
export const coreFields = {
  Namespace: 'metadata 1, spec 2, status 3',
  NamespaceSpec: 'finalizers 1',
  NamespaceStatus: 'phase 1, conditions 2',
  NamespaceCondition: 'type 1, status 2, lastTransitionTime 4, reason 5, message 6',
  ConfigMap: 'metadata 1, data 2, binaryData 3, immutable? 4',
  Secret: 'metadata 1, data 2, type 3, stringData 4, immutable? 5',
  Event: `
    metadata 1, involvedObject 2, reason 3, message 4, source 5, firstTimestamp 6, lastTimestamp 7, count 8,
    type 9, eventTime 10, series 11, action 12, related 13, reportingComponent 14, reportingInstance 15`,
  EventSource: 'component 1, host 2',
  EventSeries: 'count 1, lastObservedTime 2',
  Binding: 'metadata 1, target 2',
  ObjectReference: 'kind 1, namespace 2, name 3, uid 4, apiVersion 5, resourceVersion 6, fieldPath 7',
  LocalObjectReference: 'name 1',
  TypedLocalObjectReference: 'apiGroup? 1, kind 2, name 3',
  TypedObjectReference: 'apiGroup? 1, kind 2, name 3, namespace? 4',
};
