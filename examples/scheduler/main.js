/** A scheduler beside the fleet's own, for pods with `schedulerName: packing-scheduler`. README.md tells how it works. */
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { describeError } from '../control-loop/describe-error.js';
import { follow, keyOf } from '../control-loop/follow.js';
import { createTeller } from '../control-loop/tell.js';
import { WorkQueue } from '../control-loop/work-queue.js';
import { createScheduling, isOver, isWaiting, SCHEDULER_NAME } from './schedule.js';

const log = (/** @type {string} */ text) => console.log(`${new Date().toISOString()} ${text}`);
const stop = new AbortController();
const { signal } = stop;

const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);

const queue = new WorkQueue(
  (key) => schedule(key),
  (key, error, delayMs) => log(`${key}: ${describeError(error)}; again in ${Math.round(delayMs)} ms`),
  // One after another: each choice counts on the one before.
  1,
);
/** Room may have come: every waiting pod has another try. */
function onRoom() {
  for (const pod of pods?.list().filter(isWaiting) ?? []) {
    queue.add(keyOf(pod));
  }
}
function onPod(/** @type {import('./schedule.js').Pod} */ pod) {
  if (isWaiting(pod)) {
    queue.add(keyOf(pod));
  } else if (isOver(pod) || pod.metadata?.deletionTimestamp !== undefined) {
    onRoom();
  }
}

const of = { config, signal, log };
/** @type {import('@kubernetes/client-node').ObjectCache<import('./schedule.js').Pod> | undefined} */
let pods;
const [followedPods, nodes] = await Promise.all([
  // Also those of other schedulers: they take room.
  follow({ ...of, path: '/api/v1/pods', list: () => core.listPodForAllNamespaces(), onChange: onPod }),
  follow({ ...of, path: '/api/v1/nodes', list: () => core.listNode(), onChange: onRoom }),
]);
pods = followedPods;
const schedule = createScheduling({ core, pods, nodes, tell: createTeller(core, SCHEDULER_NAME), log });
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(name, () => {
    stop.abort();
    void queue.close().then(() => log('stopped'));
  });
}
queue.open();
log('ready');
