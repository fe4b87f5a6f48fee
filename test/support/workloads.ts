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
