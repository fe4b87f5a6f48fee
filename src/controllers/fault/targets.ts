/**
 * Whom a fault means and whom it has hold of. Looks at the whole fleet once, and from then on at what changes: a fleet
 * has a million pods, and a fault may go on for hours.
 */
import { setImmediate } from 'node:timers/promises';
import type { Fault } from '../../resources/fleet/fault.ts';
import { type FaultReach, reachOf } from '../../resources/fleet/fault-reach.ts';
import type { KubeObject } from '../../values/object.ts';
import { isSameJson } from '../../values/same-json.ts';
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
}
/** As the views have it: no copy. */
type Info = NodeInfo | PodInfo;
type FaultViews = Pick<Views, 'nodes' | 'pods' | 'podsIn' | 'podsOn'>;

const BREATHE_EVERY = 5_000;
const isPod = (info: Info): info is PodInfo => 'nodeName' in info;

export class FaultTargets {
  readonly reach: FaultReach;
  readonly #namespace: string | undefined;
  readonly #views: FaultViews;
  /** By UID: those that it has hold of, those that it will take hold of, and those that it never does. */
  readonly #held = new Map<string, Info>();
  readonly #waiting = new Map<string, { readonly info: Info; readonly hitAt: number }>();
  readonly #spared = new Set<string>();

  constructor(fault: Fault, views: FaultViews) {
    this.reach = reachOf(fault);
    this.#namespace = fault.spec?.namespace;
    this.#views = views;
  }

  /** The look at all. What changes meanwhile may be told before it is passed. */
  async fill(signal: AbortSignal): Promise<void> {
    let seen = 0;
    for (const info of this.#all()) {
      seen += 1;
      if (seen % BREATHE_EVERY === 0) {
        await setImmediate();
        signal.throwIfAborted();
      }
      this.#judge(info);
    }
  }

  podChanged(now: PodInfo | undefined, before: PodInfo | undefined): void {
    if (this.reach.subject === 'pod') {
      this.#changed(now, before);
    }
  }

  nodeChanged(now: NodeInfo | undefined, before: NodeInfo | undefined): void {
    if (this.reach.subject === 'node') {
      this.#changed(now, before);
    } else if (now?.isVirtual !== before?.isVirtual || !isSameJson(now?.labels, before?.labels)) {
      for (const pod of this.#views.podsOn((now ?? before)?.name ?? '')) {
        this.#judge(pod);
      }
    }
  }

  /** Also those that it never takes hold of. */
  get count(): number {
    return this.#held.size + this.#waiting.size + this.#spared.size;
  }
  get affected(): number {
    return this.#held.size;
  }
  /** When the next is hit; Infinity: nobody is. */
  get nextHitAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { hitAt } of this.#waiting.values()) {
      next = Math.min(next, hitAt);
    }
    return next;
  }

  holds(uid: string): boolean {
    return this.#held.has(uid);
  }

  /** Takes hold of those whose time has come; answers them. */
  async hit(nowMs: number): Promise<FaultTarget[]> {
    const fresh: FaultTarget[] = [];
    let seen = 0;
    for (const [uid, { info, hitAt }] of this.#waiting) {
      seen += 1;
      if (seen % BREATHE_EVERY === 0) {
        await setImmediate();
      }
      // It may be gone since, which the map knows.
      if (hitAt <= nowMs && this.#waiting.delete(uid)) {
        this.#held.set(uid, info);
        fresh.push(toTarget(info));
      }
    }
    return fresh;
  }

  /** That it has, or will have hold of. */
  *struck(): Iterable<KubeletTarget> {
    for (const info of this.#held.values()) {
      yield toTarget(info);
    }
    for (const { info } of this.#waiting.values()) {
      yield toTarget(info);
    }
  }

  #all(): Iterable<Info> {
    const { nodes, pods } = this.#views;
    if (this.reach.subject === 'node') {
      return nodes.values();
    }
    return this.#namespace === undefined ? pods.values() : this.#views.podsIn(this.#namespace);
  }

  #changed(now: Info | undefined, before: Info | undefined): void {
    if (before !== undefined && before.uid !== now?.uid) {
      this.#forget(before.uid);
    }
    if (now !== undefined) {
      this.#judge(now);
    }
  }

  #forget(uid: string): void {
    this.#held.delete(uid);
    this.#waiting.delete(uid);
    this.#spared.delete(uid);
  }

  #judge(info: Info): void {
    const { uid } = info;
    if (!this.#means(info)) {
      this.#forget(uid);
      return;
    }
    const waiting = this.#waiting.get(uid);
    if (this.#held.has(uid)) {
      this.#held.set(uid, info);
    } else if (waiting !== undefined) {
      this.#waiting.set(uid, { ...waiting, info });
    } else if (!this.#spared.has(uid)) {
      const hitAt = this.reach.hitAt(uid);
      if (hitAt === undefined || hitAt >= this.reach.endsAt) {
        this.#spared.add(uid);
      } else {
        this.#waiting.set(uid, { info, hitAt });
      }
    }
  }

  #means(info: Info): boolean {
    if (!isPod(info)) {
      return info.isVirtual && this.reach.meansNode(info);
    }
    const isThere = info.nodeName !== '' && !isFinished(info) && [undefined, info.namespace].includes(this.#namespace);
    const node = isThere ? this.#views.nodes.get('', info.nodeName) : undefined;
    return (
      node?.isVirtual === true && this.reach.meansPod(info) && (!this.reach.namesNodes || this.reach.meansNode(node))
    );
  }
}

const toTarget = (info: Info): FaultTarget => (isPod(info) ? ofPod(info) : ofNode(info));

const ofNode = ({ name, uid }: NodeInfo): FaultTarget => ({
  ...{ nodeName: name, uid, label: `node ${name}` },
  subject: { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } },
});

const ofPod = ({ namespace, name, uid, nodeName }: PodInfo): FaultTarget => ({
  ...{ nodeName, uid, pod: { namespace, name, uid }, label: `pod ${namespace}/${name}` },
  subject: { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } },
});
