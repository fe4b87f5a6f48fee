/** Whom a fault means and whom it has hold of now, from the views. Breathes: a fleet has a million pods. */
import { setImmediate } from 'node:timers/promises';
import type { Fault } from '../../resources/fleet/fault.ts';
import { type FaultReach, reachOf } from '../../resources/fleet/fault-reach.ts';
import type { KubeObject } from '../../values/object.ts';
import type { KubeletTarget } from '../controller.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import type { Views } from '../views/views.ts';

export interface FaultTarget extends KubeletTarget {
  readonly uid: string;
  /** As people know it. */
  readonly label: string;
  /** Whom events are about. */
  readonly subject: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;
  readonly hitAt: number;
}
export interface FaultTargets {
  readonly reach: FaultReach;
  /** Also those that it never takes hold of. */
  readonly count: number;
  /** That it has, had or will have hold of. */
  readonly struck: readonly FaultTarget[];
}

const BREATHE_EVERY = 5_000;

type FaultViews = Pick<Views, 'nodes' | 'pods' | 'podsIn'>;

export async function targetsOf(fault: Fault, views: FaultViews): Promise<FaultTargets> {
  const reach = reachOf(fault);
  const all = reach.subject === 'node' ? nodesMeant(reach, views) : podsMeant(reach, fault, views);
  const struck: FaultTarget[] = [];
  let count = 0;
  let seen = 0;
  for (const target of all) {
    seen += 1;
    if (seen % BREATHE_EVERY === 0) {
      await setImmediate();
    }
    if (target !== undefined) {
      count += 1;
      const hitAt = reach.hitAt(target.uid);
      if (hitAt !== undefined && hitAt < reach.endsAt) {
        struck.push({ ...target, hitAt });
      }
    }
  }
  return { reach, count, struck };
}

type Meant = Omit<FaultTarget, 'hitAt'> | undefined;

function* nodesMeant(reach: FaultReach, { nodes }: FaultViews): Generator<Meant> {
  for (const node of nodes.values()) {
    yield node.isVirtual && reach.meansNode(node) ? ofNode(node) : undefined;
  }
}

function* podsMeant(reach: FaultReach, { spec = {} }: Fault, views: FaultViews): Generator<Meant> {
  for (const pod of spec.namespace === undefined ? views.pods.values() : views.podsIn(spec.namespace)) {
    yield isMeant(pod) ? ofPod(pod) : undefined;
  }

  function isMeant(pod: PodInfo): boolean {
    const node = pod.nodeName === '' || isFinished(pod) ? undefined : views.nodes.get('', pod.nodeName);
    return node?.isVirtual === true && reach.meansPod(pod) && (!reach.namesNodes || reach.meansNode(node));
  }
}

const ofNode = ({ name, uid }: NodeInfo): Meant => ({
  ...{ nodeName: name, uid, label: `node ${name}` },
  subject: { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } },
});

const ofPod = ({ namespace, name, uid, nodeName }: PodInfo): Meant => ({
  ...{ nodeName, uid, pod: { namespace, name, uid }, label: `pod ${namespace}/${name}` },
  subject: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } },
});
