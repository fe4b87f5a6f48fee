/** Requests that are much work, or mean to be: what is sent, and what must be there before. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly path: string;
  readonly type?: string;
  readonly accept?: string;
  /** Made when it is sent: all of them at a time are hundreds of megabytes. */
  readonly body?: () => string | Buffer;
}
export interface HostileRequest extends Asked {
  readonly title: string;
  /** Sent first, not measured. */
  readonly before?: readonly Asked[];
}

export const MAPS = '/api/v1/namespaces/default/configmaps';
export const PODS = '/api/v1/namespaces/default/pods';
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
export const JSON_TYPE = 'application/json';
export const JSON_PATCH = 'application/json-patch+json';
export const MERGE = 'application/merge-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';
/** Under the 50,000 values that a body may have. */
export const MANY = 49_000;
/** Under the 3 MiB that it may have. */
export const LIMIT = 3 * 1024 * 1024 - 1_024;

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const pairs = (count: number, value: string, prefix = 'key-'): Record<string, string> =>
  Object.fromEntries(times(count, (i) => [`${prefix}${i}`, value]));

export const post = (path: string, body: () => unknown): Asked => ({
  ...{ method: 'POST', path, type: JSON_TYPE, body: () => JSON.stringify(body()) },
});
export const postText = (path: string, body: () => string | Buffer, type = JSON_TYPE): Asked => ({
  ...{ method: 'POST', path, type, body },
});
export const patch = (path: string, type: string, body: () => unknown): Asked => ({
  ...{ method: 'PATCH', path, type, body: () => JSON.stringify(body()) },
});

export const configMap = (name: string, more: object = {}): object => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
  ...more,
});
export const pod = (name: string, spec: object, more: object = {}): object => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more } },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
export const deployment = (name: string, container: object): object => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: { containers: [{ name: 'c', image: 'i', ...container }] },
    },
  },
});
export const ofTemplate = (container: object): object => ({
  spec: { template: { spec: { containers: [{ name: 'c', ...container }] } } },
});
