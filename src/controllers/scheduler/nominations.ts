/** Pods that were promised a node: others make room there for them. Source: backend/queue/nominator.go. */
import type { PodInfo } from '../views/pod-info.ts';

export class Nominations {
  readonly #byUid = new Map<string, { readonly pod: PodInfo; readonly nodeName: string }>();
  readonly #byNode = new Map<string, Set<string>>();

  /** A pending pod appeared or changed. One that says nothing keeps a promise that is not written yet. */
  saw(now: PodInfo, before: PodInfo | undefined): void {
    const isTakenBack = (before?.nominatedNodeName ?? '') !== '' && now.nominatedNodeName === '';
    const nodeName = isTakenBack ? '' : now.nominatedNodeName || this.nodeOf(now.uid);
    this.promise(now, nodeName ?? '');
  }

  /** '' takes the promise back. */
  promise(pod: PodInfo, nodeName: string): void {
    this.drop(pod.uid);
    if (nodeName !== '') {
      this.#byUid.set(pod.uid, { pod, nodeName });
      this.#byNode.set(nodeName, (this.#byNode.get(nodeName) ?? new Set<string>()).add(pod.uid));
    }
  }

  drop(uid: string): void {
    const nodeName = this.nodeOf(uid);
    const pods = nodeName === undefined ? undefined : this.#byNode.get(nodeName);
    this.#byUid.delete(uid);
    pods?.delete(uid);
    if (nodeName !== undefined && pods?.size === 0) {
      this.#byNode.delete(nodeName);
    }
  }

  nodeOf(uid: string): string | undefined {
    return this.#byUid.get(uid)?.nodeName;
  }

  /** Nobody was promised any node. */
  get isEmpty(): boolean {
    return this.#byUid.size === 0;
  }

  /** All who were promised the node. */
  on(nodeName: string): PodInfo[] {
    const uids = this.#byNode.get(nodeName);
    return uids === undefined ? [] : [...uids].flatMap((uid) => this.#byUid.get(uid)?.pod ?? []);
  }

  /** Those of them that `pod` must leave room for. */
  before(pod: PodInfo, nodeName: string): PodInfo[] {
    return this.on(nodeName).filter(({ uid, priority }) => uid !== pod.uid && priority >= pod.priority);
  }
}
