/** An operator: a Deployment for each ConfigMap with the label example.com/web=true. README.md tells how it works. */
import { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describeError } from '../control-loop/describe-error.js';
import { follow, keyOf } from '../control-loop/follow.js';
import { createTeller } from '../control-loop/tell.js';
import { WorkQueue } from '../control-loop/work-queue.js';
import { SELECTOR } from './desired-deployment.js';
import { createReconciler } from './reconcile.js';

const log = (/** @type {string} */ text) => console.log(`${new Date().toISOString()} ${text}`);
const stop = new AbortController();
const { signal } = stop;

const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const apps = config.makeApiClient(AppsV1Api);

const queue = new WorkQueue(
  (key) => reconcile(key),
  (key, error, delayMs) => log(`${key}: ${describeError(error)}; again in ${Math.round(delayMs)} ms`),
);
/** A ConfigMap and its Deployment have one key. */
const onChange = (/** @type {import('@kubernetes/client-node').KubernetesObject} */ object) => queue.add(keyOf(object));
const of = { config, labelSelector: SELECTOR, onChange, signal, log };
const query = { labelSelector: SELECTOR };

const [configMaps, deployments] = await Promise.all([
  follow({ ...of, path: '/api/v1/configmaps', list: () => core.listConfigMapForAllNamespaces(query) }),
  follow({ ...of, path: '/apis/apps/v1/deployments', list: () => apps.listDeploymentForAllNamespaces(query) }),
]);
const reconcile = createReconciler({ apps, configMaps, deployments, tell: createTeller(core, 'web-operator'), log });
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(name, () => {
    stop.abort();
    void queue.close().then(() => log('stopped'));
  });
}
queue.open();
log('ready');
