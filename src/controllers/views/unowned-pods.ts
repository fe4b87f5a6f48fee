/**
 * Pods that no controller owns, by namespace and labels: those with the same labels are asked about once. Bare pods by
 * the hundred thousand have few sets of labels.
 */
import type { PodInfo } from './pod-info.ts';

type Labels = PodInfo['labels'];
interface Alike {
  readonly labels: Labels;
  readonly pods: Map<string, PodInfo>;
}

export class UnownedPods {
  readonly #namespaces = new Map<string, Map<string, Alike>>();

  changed(key: string, now: PodInfo | undefined, before: PodInfo | undefined): void {
    const labels = now?.controllerUid === '' ? JSON.stringify(now.labels) : undefined;
    if (before?.controllerUid === '') {
      const old = JSON.stringify(before.labels);
      if (old !== labels) {
        this.#drop(before.namespace, old, key);
      }
    }
    if (now !== undefined && labels !== undefined) {
      this.#put(now, labels, key);
    }
  }

  *of(namespace: string, isSelected: (labels: Labels) => boolean = () => true): Generator<PodInfo> {
    for (const { labels, pods } of this.#namespaces.get(namespace)?.values() ?? []) {
      if (isSelected(labels)) {
        yield* pods.values();
      }
    }
  }

  #put(pod: PodInfo, labels: string, key: string): void {
    const sets = this.#namespaces.get(pod.namespace) ?? new Map<string, Alike>();
    const alike = sets.get(labels) ?? { labels: pod.labels, pods: new Map<string, PodInfo>() };
    alike.pods.set(key, pod);
    sets.set(labels, alike);
    this.#namespaces.set(pod.namespace, sets);
  }

  #drop(namespace: string, labels: string, key: string): void {
    const sets = this.#namespaces.get(namespace);
    const pods = sets?.get(labels)?.pods;
    pods?.delete(key);
    if (pods?.size === 0) {
      sets?.delete(labels);
    }
    if (sets?.size === 0) {
      this.#namespaces.delete(namespace);
    }
  }
}
