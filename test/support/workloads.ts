/** Manifests of workloads for tests of controllers over a FleetWorld. */
export const DEPLOYMENTS = 'deployments.apps';
export const SETS = 'replicasets.apps';

export const podTemplate = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image }] },
});

export const deployment = (name: string, replicas: number, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: podTemplate(name, 'v1'),
    progressDeadlineSeconds: 600,
    ...more,
  },
});

export const DAEMON_SETS = 'daemonsets.apps';

/** With what the API server fills in. */
export const daemonSet = (name: string, more: object = {}, podSpec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: 'default', annotations: { 'deprecated.daemonset.template.generation': '1' } },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'v1' }], ...podSpec } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
    ...more,
  },
});

export const STATEFUL_SETS = 'statefulsets.apps';

/** With what the API server fills in. */
export const statefulSet = (name: string, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, namespace: 'default' },
  spec: {
    ...{ replicas: 3, podManagementPolicy: 'OrderedReady', serviceName: name, revisionHistoryLimit: 10 },
    selector: { matchLabels: { app: name } },
    template: podTemplate(name, 'v1'),
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    ...more,
  },
});
