/**
 * fleet.flotilla.dev KubeletConfig: hands the document to the nodes that name it, by themselves or through their pool,
 * so many at a time. A node goes on with what it has when the name stands for nothing any more.
 */
import pLimit from 'p-limit';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Trigger } from '../../registry/registry.ts';
import type { KubeletConfig } from '../../resources/fleet/kubelet-config.ts';
import {
  ASSIGNED_ANNOTATION,
  assignmentKey,
  POOL_CONFIG_ANNOTATION,
  parseAssignment,
} from '../../values/kubelet-configuration/assignment.ts';
import type { KubeObject } from '../../values/object.ts';
import { findCondition } from '../conditions.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import { same } from '../equality.ts';
import { freshEachKey } from '../fresh-each-key.ts';
import type { Node } from '../kinds/node.ts';
import type { NodePool } from '../kinds/node-pool.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { nameKey, onSpecChange } from '../workload-triggers.ts';
import { writeStatus } from '../write-status.ts';
import { configNames, type NodeConfig, nodeConfigOf } from './node-config.ts';
import { configStatus, type FindLayer, nextAssignment, planRollout, type Wanted } from './plan.ts';

const NAME = 'controller/kubelet-config';
const CONFIGS = 'kubeletconfigs.fleet.flotilla.dev';
const POOLS = 'nodepools.fleet.flotilla.dev';
const AT_ONCE = 50;
/** A pass; then the status shows the progress. */
const BATCH = 1_000;
/** Changes of nodes come in crowds. */
const GATHER_MS = 50;

const refOf = (pool: KubeObject | undefined): string =>
  (pool as NodePool | undefined)?.spec?.kubeletConfigRef?.name ?? '';

const poolChanged: Trigger = {
  resource: POOLS,
  dueOn: ({ before, after }) => {
    const names = [refOf(before), refOf(after)];
    const isSame = names[0] === names[1] && after?.metadata.uid === before?.metadata.uid;
    return isSame ? [] : [...new Set(names)].filter(Boolean).map((key) => ({ shard: NAME, key }));
  },
};

const nodeChanged: Trigger = {
  resource: 'nodes',
  dueOn: ({ before, after }) => {
    const [old, now] = [before, after].map((node) => (node === undefined ? undefined : nodeConfigOf(node as Node)));
    if ((old === undefined && now === undefined) || (readiness(before) === readiness(after) && same(old, now))) {
      return [];
    }
    const names = new Set([old, now].flatMap((config) => (config === undefined ? [] : [...configNames(config)])));
    return [...names].map((key) => ({ shard: NAME, key, afterMs: GATHER_MS }));
  },
};
const readiness = (node: KubeObject | undefined): string | undefined =>
  findCondition((node as Node | undefined)?.status?.conditions, 'Ready')?.status;

export const kubeletConfigController: ControllerDefinition = {
  name: NAME,
  triggers: [onSpecChange(CONFIGS, NAME, nameKey), poolChanged, nodeChanged],
  create: (context) => ({
    reconciler: freshEachKey(context, { name: NAME, reconcile: (name, run) => reconcile(context, name, run) }),
  }),
};

async function reconcile(context: ControllerContext, name: string, run: ReconcileContext): Promise<ReconcileResult> {
  const { registry, views } = context;
  const [configs, pools] = await Promise.all([readConfigs(context), registry.list(POOLS, {})]);
  const refs = new Map(pools.items.map((item) => [item.uid, refOf(decodeObject(item))]));
  const wants = nodesOf(views.nodes.values(), refs, name);
  const find: FindLayer = (wanted) => {
    const { metadata, spec } = configs.get(wanted) ?? {};
    const { uid = '', generation = 0 } = metadata ?? {};
    return spec?.configuration && { name: wanted, uid, generation, configuration: spec.configuration };
  };
  const config = configs.get(name);
  const plan = planRollout(config, wants, find);
  const limit = pLimit(AT_ONCE);
  const give = (node: NodeInfo): Promise<void> => limit(() => assign(context, node, wants.get(node), find, run));
  await Promise.all(plan.now.slice(0, BATCH).map(give));
  if (config !== undefined) {
    const named = [...wants.values()].filter(({ pool, own }) => pool === name || own === name).length;
    const status = configStatus(config, named, plan, context.clock.now());
    await writeStatus(registry, CONFIGS, config, () => status, run.lease);
  }
  return plan.now.length > BATCH ? { requeueAfterMs: 0 } : {};
}

async function readConfigs({ registry }: ControllerContext): Promise<Map<string, KubeletConfig>> {
  const { items } = await registry.list(CONFIGS, {});
  return new Map(items.map((item) => [item.name, decodeObject<KubeletConfig>(item)]));
}

/** Those that name it and those that still have it, with all that each names. */
function nodesOf(
  nodes: Iterable<NodeInfo>,
  refs: ReadonlyMap<string, string>,
  name: string,
): ReadonlyMap<NodeInfo, Wanted> {
  const found = new Map<NodeInfo, Wanted>();
  for (const node of nodes) {
    const pool = refs.get(node.controllerUid) ?? '';
    const { kubeletConfig: config } = node;
    if (!node.deleting && (pool === name || (config !== undefined && configNames(config).has(name)))) {
      found.set(node, { pool, own: config?.own ?? '' });
    }
  }
  return found;
}

async function assign(
  { registry }: ControllerContext,
  { name, uid }: NodeInfo,
  wanted: Wanted = { pool: '', own: '' },
  find: FindLayer,
  { lease, signal }: ReconcileContext,
): Promise<void> {
  signal.throwIfAborted();
  const change = ({ metadata }: Node): boolean => {
    const annotations = { ...metadata.annotations };
    const before = parseAssignment(annotations[ASSIGNED_ANNOTATION]) ?? { layers: [] };
    const next = nextAssignment(before, wanted, find);
    const isSame = assignmentKey(before) === assignmentKey(next);
    setOrDrop(annotations, ASSIGNED_ANNOTATION, isEmpty(next) ? '' : JSON.stringify(next));
    setOrDrop(annotations, POOL_CONFIG_ANNOTATION, wanted.pool);
    metadata.annotations = annotations;
    return !isSame;
  };
  await registry.modify<Node>('nodes', '', name, change, { uid, fence: lease });
}

const isEmpty = ({ layers, missing = [] }: NodeConfig['assigned']): boolean => layers.length + missing.length === 0;

function setOrDrop(annotations: Record<string, string>, name: string, value: string): void {
  if (value === '') {
    delete annotations[name];
  } else {
    annotations[name] = value;
  }
}
