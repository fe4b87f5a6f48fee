/** Pods that will have to go when their toleration runs out, by node: whoever is spared is told. In memory, as in Kubernetes. */
import type { PodInfo } from '../views/pod-info.ts';

export class WaitingPods {
  readonly #byNode = new Map<string, ReadonlySet<string>>();

  /** `waiting`: those of the node now. Answers whether a pod was among them at the last look. */
  look(nodeName: string, waiting: ReadonlySet<string>): (pod: Pick<PodInfo, 'uid'>) => boolean {
    const before = this.#byNode.get(nodeName);
    if (waiting.size > 0) {
      this.#byNode.set(nodeName, waiting);
    } else {
      this.#byNode.delete(nodeName);
    }
    return ({ uid }) => before?.has(uid) === true;
  }

  /** Forgets nodes that are gone. */
  keepOnly(exists: (nodeName: string) => boolean): void {
    for (const name of [...this.#byNode.keys()].filter((known) => !exists(known))) {
      this.#byNode.delete(name);
    }
  }
}
