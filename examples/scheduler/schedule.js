/** One pass for one pod: chooses a node and binds, or says why there is none. */
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { chooseNode, requestsOf } from './choose-node.js';

/** @typedef {import('./choose-node.js').Pod} Pod */
/** @typedef {import('./choose-node.js').Node} Node */

export const SCHEDULER_NAME = 'packing-scheduler';
const STRATEGIC = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** Its containers have ended for good: it takes no room. @param {Pod} pod */
export const isOver = ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** @param {Pod} pod */
export const isWaiting = ({ metadata, spec, ...pod }) =>
  spec?.schedulerName === SCHEDULER_NAME &&
  (spec.nodeName ?? '') === '' &&
  metadata?.deletionTimestamp === undefined &&
  !isOver(pod);

/**
 * @param {{
 *   core: import('@kubernetes/client-node').CoreV1Api,
 *   pods: import('@kubernetes/client-node').ObjectCache<Pod>,
 *   nodes: import('@kubernetes/client-node').ObjectCache<Node>,
 *   tell: import('../control-loop/tell.js').Tell,
 *   log: (text: string) => void,
 * }} context
 * @returns {(key: string) => Promise<void>}
 */
export function createScheduling({ core, pods, nodes, tell, log }) {
  /** Bound here, and not yet seen as bound: without them two pods would get the same room. @type {Map<string, string>} */
  const assumed = new Map();

  const nodeOf = (/** @type {Pod} */ { metadata, spec }) => spec?.nodeName || assumed.get(metadata?.uid ?? '');

  /** What is taken on each node. Counts all pods each time: with thousands, keep a running sum instead. */
  function usage() {
    /** @type {Map<string, import('./choose-node.js').Amounts>} */
    const used = new Map();
    for (const pod of pods.list().filter((one) => !isOver(one))) {
      const on = nodeOf(pod);
      if (on !== undefined) {
        const before = used.get(on) ?? { cpu: 0, memory: 0, pods: 0 };
        const { cpu, memory } = requestsOf(pod);
        used.set(on, { cpu: before.cpu + cpu, memory: before.memory + memory, pods: before.pods + 1 });
      }
    }
    return (/** @type {string} */ name) => used.get(name) ?? { cpu: 0, memory: 0, pods: 0 };
  }

  /** @param {Pod} pod @param {string} nodeName */
  async function bind(pod, nodeName) {
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const target = { apiVersion: 'v1', kind: 'Node', name: nodeName };
    // The UID: never a younger pod of the same name.
    await core.createNamespacedPodBinding({ name, namespace, body: { metadata: { name, uid }, target } });
    assumed.set(uid, nodeName);
    log(`bound ${namespace}/${name} to ${nodeName}`);
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    await tell(named(pod), { type: 'Normal', reason: 'Scheduled', message });
  }

  /** As Kubernetes' scheduler does it: `kubectl get pods` and autoscalers look for this condition. */
  async function refuse(/** @type {Pod} */ pod, /** @type {string} */ message) {
    const { name = '', namespace = '' } = pod.metadata ?? {};
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    const is = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (is?.message !== message) {
      await core.patchNamespacedPodStatus(
        { name, namespace, body: { status: { conditions: [condition] } } },
        STRATEGIC,
      );
    }
    await tell(named(pod), { type: 'Warning', reason: 'FailedScheduling', message });
  }

  /** Of a list, client-node's items say neither. */
  const named = (/** @type {Pod} */ pod) => ({ ...pod, apiVersion: 'v1', kind: 'Pod' });

  function forget() {
    const unbound = new Set(
      pods
        .list()
        .filter(isWaiting)
        .map(({ metadata }) => metadata?.uid),
    );
    for (const uid of assumed.keys()) {
      if (!unbound.has(uid)) {
        assumed.delete(uid);
      }
    }
  }

  return async (key) => {
    forget();
    const [namespace = '', name = ''] = key.split('/');
    const pod = pods.get(name, namespace);
    if (pod === undefined || !isWaiting(pod) || nodeOf(pod) !== undefined) {
      return;
    }
    const choice = chooseNode(pod, nodes.list(), usage());
    if ('message' in choice) {
      await refuse(pod, choice.message);
      throw new Error(choice.message);
    }
    await bind(pod, choice.nodeName);
  };
}
