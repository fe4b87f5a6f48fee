/** Which changes of pods and nodes make kubelet work due. Pure, so that a process without a kubelet can ring for one. */
import { kubeletShard } from '../queue/shards.ts';
import type { DueRef, Trigger } from '../registry/registry.ts';
import type { KubeObject, ObjectMeta } from '../values/object.ts';
import { isSameJson } from '../values/same-json.ts';
import { FAULTS, FAULTS_KEY } from './faults/fault-view.ts';
import { type Node, runtimeOf } from './node.ts';
import type { Pod } from './pod.ts';
import { nodeKey, podKey } from './pod-key.ts';
import { readDone, STAGES_ANNOTATION } from './stages/done.ts';
import { hashOf } from './static-pods/mirror.ts';

export function kubeletTriggers(shards: number): readonly Trigger[] {
  const nothing: readonly DueRef[] = [];
  const everywhere = Array.from({ length: shards }, (_, i) => ({ shard: `kubelet/${i}`, key: FAULTS_KEY }));
  return [
    {
      resource: FAULTS,
      dueOn: ({ before, after }) =>
        before !== undefined && after !== undefined && isSameJson(before['spec'], after['spec']) ? nothing : everywhere,
    },
    {
      resource: 'pods',
      dueOn: ({ before, after }) => {
        const pod = (after ?? before) as Pod | undefined;
        const nodeName = pod?.spec.nodeName ?? '';
        if (pod === undefined || nodeName === '' || !podChanged(before as Pod | undefined, after as Pod | undefined)) {
          return nothing;
        }
        const { namespace, name, uid } = pod.metadata;
        const shard = kubeletShard(nodeName, shards);
        // The node makes it anew from its file.
        const isLost = after === undefined && hashOf(pod) !== undefined;
        return [{ shard, key: podKey(namespace, name, uid) }, ...(isLost ? [{ shard, key: nodeKey(nodeName) }] : [])];
      },
    },
    {
      resource: 'nodes',
      dueOn: ({ before, after }) => {
        const node = (after ?? before) as Node | undefined;
        const ours = [before, after].some((object) => object !== undefined && runtimeOf(object as Node) !== undefined);
        if (node === undefined || !ours || !nodeChanged(before as Node | undefined, after as Node | undefined)) {
          return nothing;
        }
        const { name } = node.metadata;
        return [{ shard: kubeletShard(name, shards), key: nodeKey(name) }];
      },
    },
  ];
}

/** All that a kubelet acts on. Its own status writes change none of it. */
function podChanged(before: Pod | undefined, after: Pod | undefined): boolean {
  if (before === undefined || after === undefined) {
    return true;
  }
  return (
    before.spec.nodeName !== after.spec.nodeName ||
    metadataChanged(before, after) ||
    !isSameJson(before.spec, after.spec) ||
    !isSameJson(gateConditions(before), gateConditions(after))
  );
}

function metadataChanged({ metadata: before }: KubeObject, { metadata: after }: KubeObject): boolean {
  return (
    before.uid !== after.uid ||
    before.deletionTimestamp !== after.deletionTimestamp ||
    before.deletionGracePeriodSeconds !== after.deletionGracePeriodSeconds ||
    !isSameJson(annotationsOf(before), annotationsOf(after)) ||
    isToRepeat(before, after) ||
    !isSameJson(before.labels, after.labels)
  );
}

const annotationsOf = ({ annotations = {} }: ObjectMeta): unknown => {
  const { [STAGES_ANNOTATION]: _, ...rest } = annotations;
  return rest;
};

/** The kubelet adds a stage with its status write; who takes one out wants it done again. */
function isToRepeat(before: ObjectMeta, after: ObjectMeta): boolean {
  const done = readDone(after);
  return [...readDone(before)].some((key) => !done.has(key));
}

/** Readiness gates are conditions that others write. */
function gateConditions({ spec, status }: Pod): unknown {
  const gates = new Set(spec.readinessGates?.map(({ conditionType }) => conditionType));
  return (status?.conditions ?? [])
    .filter(({ type }) => gates.has(type))
    .map(({ type, status: value }) => [type, value]);
}

function nodeChanged(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined) {
    return true;
  }
  return metadataChanged(before, after) || !isSameJson(before.spec, after.spec) || wasGivenUp(before, after);
}

/** The node lifecycle controller has stopped believing in the node; its kubelet, if it lives, says otherwise. */
const wasGivenUp = (before: Node, after: Node): boolean => isUnknown(after) && !isUnknown(before);

const isUnknown = ({ status }: Node): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'Unknown') ?? false;
