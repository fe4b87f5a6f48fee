/** Which node a pod goes to. Pure: what is yours to change is here. */
import { quantity } from './quantity.js';

/** @typedef {import('@kubernetes/client-node').V1Pod} Pod */
/** @typedef {import('@kubernetes/client-node').V1Node} Node */
/** @typedef {import('@kubernetes/client-node').V1Taint} Taint */
/** @typedef {import('@kubernetes/client-node').V1Toleration} Toleration */

const RESOURCES = /** @type {const} */ (['cpu', 'memory']);
/** @typedef {Record<(typeof RESOURCES)[number] | 'pods', number>} Amounts */

const amount = (/** @type {string | undefined} */ text) => quantity(text ?? '0');

/** What a pod asks for: its containers together, or its hungriest init container. @param {Pod} pod @returns {Amounts} */
export function requestsOf({ spec }) {
  const of = (/** @type {(typeof RESOURCES)[number]} */ resource) => {
    const main = (spec?.containers ?? []).map(({ resources }) => amount(resources?.requests?.[resource]));
    const init = (spec?.initContainers ?? []).map(({ resources }) => amount(resources?.requests?.[resource]));
    const together = main.reduce((sum, value) => sum + value, 0);
    return Math.max(together, ...init);
  };
  return { cpu: of('cpu'), memory: of('memory'), pods: 1 };
}

/** @param {Node} node @returns {Amounts} */
const allocatableOf = ({ status }) => ({
  cpu: amount(status?.allocatable?.['cpu']),
  memory: amount(status?.allocatable?.['memory']),
  pods: amount(status?.allocatable?.['pods']),
});

/** @param {Toleration[]} tolerations @param {Taint} taint */
const isTolerated = (tolerations, taint) =>
  tolerations.some(
    ({ key, operator = 'Equal', value = '', effect }) =>
      (effect === undefined || effect === taint.effect) &&
      (operator === 'Exists'
        ? key === undefined || key === taint.key
        : key === taint.key && value === (taint.value ?? '')),
  );

/**
 * Why `pod` cannot go to `node`, of which `used` is taken; undefined: it can.
 *
 * @param {Pod} pod
 * @param {Node} node
 * @param {Amounts} used
 */
function obstacle({ spec, ...pod }, node, used) {
  const taints = (node.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  const taint = taints.find((one) => !isTolerated(spec?.tolerations ?? [], one));
  if (taint !== undefined) {
    return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  }
  const labels = node.metadata?.labels ?? {};
  if (Object.entries(spec?.nodeSelector ?? {}).some(([name, value]) => labels[name] !== value)) {
    return "node(s) didn't match Pod's node selector";
  }
  const asked = requestsOf({ ...pod, spec });
  const all = allocatableOf(node);
  if (used.pods + 1 > all.pods) {
    return 'Too many pods';
  }
  const short = RESOURCES.find((resource) => used[resource] + asked[resource] > all[resource]);
  return short === undefined ? undefined : `Insufficient ${short}`;
}

/** How full a node is, from 0 to 1. @param {Node} node @param {Amounts} used */
function fullness(node, used) {
  const all = allocatableOf(node);
  return Math.max(...RESOURCES.map((resource) => used[resource] / all[resource]));
}

/**
 * The fullest node that still has room: few nodes are used, so that the others can go. The scheduler of Kubernetes
 * spreads instead.
 *
 * @param {Pod} pod
 * @param {readonly Node[]} nodes
 * @param {(nodeName: string) => Amounts} usedOn
 * @returns {{ nodeName: string } | { message: string }}
 */
export function chooseNode(pod, nodes, usedOn) {
  /** @type {{ name: string, fullness: number }[]} */
  const possible = [];
  /** @type {Map<string, number>} */
  const obstacles = new Map();
  for (const node of nodes) {
    const name = node.metadata?.name ?? '';
    const used = usedOn(name);
    const why = obstacle(pod, node, used);
    if (why === undefined) {
      possible.push({ name, fullness: fullness(node, used) });
    } else {
      obstacles.set(why, (obstacles.get(why) ?? 0) + 1);
    }
  }
  const [best] = possible.sort((a, b) => b.fullness - a.fullness || a.name.localeCompare(b.name));
  if (best !== undefined) {
    return { nodeName: best.name };
  }
  const why = [...obstacles].map(([text, count]) => `${count} ${text}`).sort();
  return { message: `0/${nodes.length} nodes are available: ${why.join(', ')}.` };
}
