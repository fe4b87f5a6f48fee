/** Statuses of a batch of nodes in one group commit, and when each is looked at again. */
import { setImmediate } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Fence } from '../registry/registry.ts';
import type { RuntimeInfo } from '../runtimes/runtime.ts';
import { parseQuantity } from '../values/quantity.ts';
import { beside } from './beside.ts';
import type { KubeletContext } from './context.ts';
import { evictOverLimit, evictPod } from './eviction/evict-pod.ts';
import { measureNode } from './eviction/measure-node.ts';
import type { Shortage } from './eviction/node-pressure.ts';
import { pastLimits } from './eviction/past-limits.ts';
import { reclaimNode } from './eviction/reclaim-node.ts';
import { SIGNALS } from './eviction/thresholds.ts';
import { nextLookMs } from './faults/heartbeats.ts';
import type { NodeStatus } from './node.ts';
import { recordAttempt, recordProblem, recordSchedulable, recordTransitions } from './node-events.ts';
import type { NodePost } from './node-post.ts';
import { generateNodeStatus, mustReport } from './node-status.ts';
import type { NodeWork } from './node-work.ts';
import { nodeKey } from './pod-key.ts';
import { asResult, type Results, settle } from './reconcile-results.ts';
import { statusPeriodMs } from './register-node.ts';
import { sharedLookMs } from './shared-look.ts';
import { isShuttingDown, SHUTTING_DOWN } from './shutdown/groups.ts';
import { shutDownNode } from './shutdown/shut-down-node.ts';

export async function postStatuses(
  context: KubeletContext,
  works: readonly NodeWork[],
  fence: Fence,
  results: Results,
): Promise<void> {
  const { clock, random } = context;
  const posts = await prepareAll(context, works, fence, results);
  for (const { work, info, pressure, measureMs } of posts) {
    const isPressed = pressure.conditions.size > 0;
    const usual = statusPeriodMs(info.volatile ?? false, work.settings);
    const period = Math.min(usual, isPressed ? PRESSED_MS : usual);
    const key = nodeKey(work.stored.name);
    if (!results.has(key)) {
      // Spread, so that nodes made together do not report together for ever.
      const spread = Math.round(period * (0.9 + 0.2 * random.next()));
      // What it has left is measured in time: it may be the moment when that runs short.
      const afterMs = Math.min(measureMs, sharedLookMs(spread, period, fence.shard, clock.now()));
      results.set(key, { requeueAfterMs: nextLookMs(context, work, afterMs) });
    }
  }
  // A report that comes up to a tenth early still counts as due.
  const due = posts.filter(({ work: { node, settings }, status }) =>
    mustReport(node.status, status, settings.nodeStatusReportMs * 0.85, clock.now()),
  );
  await write(context, due, fence, results);
  await relieve(context, posts, fence, results);
  await shutDown(context, posts, fence, results);
}

async function shutDown(
  context: KubeletContext,
  posts: readonly NodePost[],
  fence: Fence,
  results: Results,
): Promise<void> {
  const [nodes, marks] = [pLimit(context.config.syncConcurrency), pLimit(context.config.syncConcurrency)];
  const step = async ({ work }: NodePost): Promise<void> => {
    const key = nodeKey(work.stored.name);
    await settle(results, [key], async () => {
      const soonMs = await nodes(() => shutDownNode(context, work, fence, marks));
      const known = results.get(key);
      if (soonMs !== undefined && !(known instanceof Error)) {
        results.set(key, { ...known, requeueAfterMs: Math.min(soonMs, known?.requeueAfterMs ?? soonMs) });
      }
    });
  };
  await Promise.all(posts.map(step));
}

/** Source: kubelet.go, evictionMonitoringPeriod. */
const PRESSED_MS = 10_000;

async function relieve(
  context: KubeletContext,
  posts: readonly NodePost[],
  fence: Fence,
  results: Results,
): Promise<void> {
  const limit = pLimit(context.config.syncConcurrency);
  const one = async (work: NodeWork, shortage: Shortage): Promise<void> => {
    recordAttempt(context.recorder, work.node, SIGNALS[shortage.signal].resource);
    if (!(await reclaimNode(context, work, shortage))) {
      await evictPod(context, work, shortage, fence);
    }
  };
  const step = async ({ work, over, pressure: { shortage } }: NodePost): Promise<void> => {
    const keys = [nodeKey(work.stored.name)];
    // What they give back may be enough.
    if (over.length > 0) {
      await settle(results, keys, () => limit(() => evictOverLimit(context, work, over, fence)));
    } else if (shortage !== undefined) {
      const relieved = () => beside(context, `relief of ${work.stored.name}`, () => one(work, shortage));
      await settle(results, keys, () => limit(async () => void (await relieved())));
    }
  };
  await Promise.all(posts.map(step));
}

async function write(
  context: KubeletContext,
  posts: readonly NodePost[],
  fence: Fence,
  results: Results,
): Promise<void> {
  const changes = posts.map(({ work, status }) => ({
    ...{ before: work.stored, decoded: work.node },
    after: { ...work.node, status },
  }));
  const answers = await context.registry.updateStatuses('nodes', changes, { fence, component: 'kubelet' });
  let revived = false;
  for (const [i, { work, status }] of posts.entries()) {
    const answer = answers[i];
    if (answer instanceof Error) {
      results.set(nodeKey(work.stored.name), asResult(answer));
      continue;
    }
    recordTransitions(context.recorder, work.node, status.conditions ?? []);
    revived ||= work.node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'Unknown') ?? false;
  }
  if (revived) {
    // Or the node lifecycle controller would find the old lease and give the node up again.
    await context.nodeLeases.renewShard(fence.shard, context.config.renewIntervalMs / 2);
  }
}

/** Of what they measure nothing else is waited for than the database: more at once would only be one long turn. */
const MEASURED_AT_ONCE = 2;

/** Without those whose runtime takes its time. */
async function prepareAll(
  context: KubeletContext,
  works: readonly NodeWork[],
  fence: Fence,
  results: Results,
): Promise<NodePost[]> {
  const limit = pLimit(context.config.syncConcurrency);
  const measuring = pLimit(MEASURED_AT_ONCE);
  const { nodeTurns } = context;
  const step = async (work: NodeWork): Promise<NodePost | undefined> => {
    // Thousands of nodes are due at once, and a simulation answers without a wait.
    await setImmediate();
    const key = nodeKey(work.stored.name);
    let post: NodePost | undefined;
    await settle(results, [key], async () => {
      const late = nodeTurns.take(key, fence);
      const isAsItWas = late !== undefined && late.work.stored.revision === work.stored.revision;
      const prepared = (): Promise<NodePost> => prepare(context, work, measuring);
      const done = isAsItWas ? { value: late } : await nodeTurns.wait(key, fence, prepared, (value) => value);
      post = done?.value;
      if (done === undefined) {
        results.set(key, nodeTurns.waiting(undefined));
      }
    });
    return post;
  };
  const posts = await Promise.all(works.map((work) => limit(step, work)));
  return posts.filter((post) => post !== undefined);
}

async function prepare(context: KubeletContext, work: NodeWork, measuring: LimitFunction): Promise<NodePost> {
  const { node, settings, runtimeName } = work;
  for (const problem of settings.problems) {
    recordProblem(context.recorder, node, problem);
  }
  recordSchedulable(context.recorder, context.cordoned, node);
  const now = context.clock.now();
  const measured = await measureNode(context, work, now, measuring);
  const { left, nextLookMs: measureMs } = measured;
  const over = [...measured.over, ...(await pastLimits(context, work))];
  const known = { left, freed: context.reclaimed.of(node) };
  const pressure = context.pressure.look(node, settings, now, work.faults.signals, known);
  for (const problem of pressure.problems) {
    recordProblem(context.recorder, node, problem);
  }
  const { info, images } = await askRuntime(context, work.stored.name, runtimeName);
  const isEnding = isShuttingDown(node, settings.configuration);
  const told = isEnding && info.ready ? { ...info, ready: false, message: SHUTTING_DOWN } : info;
  const describe = (from: RuntimeInfo, present: Images): NodeStatus => {
    checkCapacity(from);
    return generateNodeStatus({ node, settings, info: from, images: present, now, pressures: pressure.conditions });
  };
  try {
    return { work, info, status: describe(told, images), pressure, measureMs, over };
  } catch (error) {
    // Of one node: the others of the pass have done nothing.
    const useless = notReady(runtimeName, `container runtime gave a useless answer: ${(error as Error).message}`);
    return { work, info: useless, status: describe(useless, []), pressure, measureMs, over };
  }
}

function checkCapacity({ capacity, machine }: RuntimeInfo): void {
  for (const [resource, amount] of Object.entries({ ...machine?.capacity, ...capacity })) {
    if (parseQuantity(amount) === undefined) {
      throw new Error(`capacity ${resource} is no quantity: ${amount}`);
    }
  }
}

type Images = readonly { readonly image: string; readonly sizeBytes: number }[];

/** A runtime that does not answer makes the node NotReady with the reason; it comes back by itself. */
async function askRuntime(
  { runtimes }: KubeletContext,
  nodeName: string,
  runtimeName: string,
): Promise<{ info: RuntimeInfo; images: Images }> {
  const runtime = runtimes.get(runtimeName);
  if (runtime === undefined) {
    return { info: notReady(runtimeName, `runtime "${runtimeName}" is not enabled on this worker`), images: [] };
  }
  try {
    const [info, images] = await Promise.all([runtime.info(nodeName), runtime.images.list(nodeName)]);
    return { info, images };
  } catch (error) {
    return { info: notReady(runtimeName, `container runtime is down: ${(error as Error).message}`), images: [] };
  }
}

const notReady = (name: string, message: string): RuntimeInfo => ({
  name,
  version: 'unknown',
  ready: false,
  reason: 'KubeletNotReady',
  message,
  volatile: true,
  capabilities: {
    logs: false,
    exec: false,
    attach: false,
    portForward: false,
    stats: false,
    handlers: false,
    resize: false,
  },
});
