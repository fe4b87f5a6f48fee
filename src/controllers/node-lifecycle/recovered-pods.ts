/**
 * Pods that were marked not ready for their node, which is ready again. In Kubernetes their kubelet notices; ours hears
 * of no status that others write, so whoever marked them takes it back. Of foreign kubelets it is not known whether the
 * mark is their own.
 */
import { decodeObject, type Fence } from '../../registry/registry.ts';
import { findCondition, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import type { Pod } from '../kinds/pod.ts';
import { isReady, type NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import type { Views } from '../views/views.ts';

const BATCH = 1_000;

export class RecoveredPods {
  readonly #context: ControllerContext;
  /** Names of nodes that became ready since the last look; after a start all, as a mark may be of before. */
  #back = new Set<string>();

  constructor(context: ControllerContext, views: Pick<Views, 'onNode'>) {
    this.#context = context;
    views.onNode((now, before) => {
      // Who looks is another process, it may be: what is over is not kept for it.
      if (now === undefined || !isReady(now)) {
        this.#back.delete((now ?? before)?.name ?? '');
      } else if (now.isVirtual && (before === undefined || !isReady(before))) {
        this.#back.add(now.name);
      }
    });
  }

  /** Nodes that come back while a look goes on are the next one's: it may be marking their pods. */
  async afterwards(look: () => Promise<void>, fence: Fence): Promise<void> {
    const taken = this.#back;
    this.#back = new Set();
    try {
      await look();
      await this.#restore(taken, fence);
    } catch (error) {
      for (const name of taken) {
        this.#back.add(name);
      }
      throw error;
    }
  }

  async #restore(names: ReadonlySet<string>, fence: Fence): Promise<void> {
    let batch: PodInfo[] = [];
    for (const name of names) {
      batch.push(...this.#unready(name));
      if (batch.length >= BATCH) {
        await this.#write(batch, fence);
        batch = [];
      }
    }
    await this.#write(batch, fence);
  }

  #unready(nodeName: string): PodInfo[] {
    const { views } = this.#context;
    const node: NodeInfo | undefined = views.nodes.get('', nodeName);
    return node === undefined || !isReady(node)
      ? []
      : [...views.podsOn(nodeName)].filter((pod) => !pod.ready && !isFinished(pod) && pod.phase === 'Running');
  }

  async #write(pods: readonly PodInfo[], fence: Fence): Promise<void> {
    const { registry, clock } = this.#context;
    const stored = pods.length === 0 ? [] : await registry.getMany('pods', pods);
    const changes = stored.flatMap((before) => {
      const pod = decodeObject<Pod>(before);
      const ready = findCondition(pod.status?.conditions, 'Ready');
      const isWhole = findCondition(pod.status?.conditions, 'ContainersReady')?.status === 'True';
      // A kubelet that says so itself gives a reason.
      if (!isWhole || ready?.status !== 'False' || (ready.reason ?? '') !== '') {
        return [];
      }
      const conditions = withCondition(pod.status?.conditions, { ...ready, status: 'True' }, clock.now());
      return [{ before, decoded: pod, after: { ...pod, status: { ...pod.status, conditions } } }];
    });
    const answers = await registry.updateStatuses('pods', changes, { fence });
    for (const [i, { after }] of changes.entries()) {
      if (answers[i] instanceof Error) {
        this.#back.add(after.spec.nodeName ?? '');
      }
    }
  }
}
