/** Objects as users write them. */
export const podManifest = (name: string, namespace: string, more: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name }, ...metadata },
  spec: { containers: [{ name: 'main', image: 'busybox:1.36' }], ...more },
});

export const deploymentManifest = (name: string, namespace: string, replicas: number, podSpec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'busybox:1.36' }], ...podSpec },
    },
  },
});

/** The annotation that says how a simulated pod lives. */
export const simulation = (settings: object) => ({
  annotations: { 'fleet.flotilla.dev/simulation': JSON.stringify(settings) },
});
