/** Writes the choices. Whoever could not be bound is counted off again and waits out its back-off. */
import type { Fence, StoredObject } from '../../registry/registry.ts';
import type { ControllerContext } from '../controller.ts';
import type { Emit } from '../events.ts';
import type { PodInfo } from '../views/pod-info.ts';
import type { NodeCache } from './cache/node-cache.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export interface Chosen {
  readonly pod: PodInfo;
  readonly nodeName: string;
}

export class Binder {
  readonly #context: ControllerContext;
  readonly #cache: NodeCache;
  readonly #queue: SchedulingQueue;

  constructor(context: ControllerContext, cache: NodeCache, queue: SchedulingQueue) {
    this.#context = context;
    this.#cache = cache;
    this.#queue = queue;
  }

  async bind(chosen: readonly Chosen[], fence: Fence, emitOf: (pod: PodInfo) => Emit): Promise<void> {
    if (chosen.length === 0) {
      return;
    }
    const failed = new Set(chosen);
    try {
      const bindings = await this.#bindings(chosen);
      const results = await this.#context.registry.bindAll(bindings, { fence });
      for (const [index, { choice }] of bindings.entries()) {
        if (!(results[index] instanceof Error) && results[index] !== undefined) {
          failed.delete(choice);
          emitBound(emitOf(choice.pod), choice);
        }
      }
    } finally {
      this.undo(failed);
      for (const { pod } of failed) {
        this.#queue.failed(pod);
      }
    }
  }

  /** What was chosen is free again. */
  undo(chosen: Iterable<Chosen>): void {
    for (const { pod, nodeName } of chosen) {
      this.#cache.forget(pod);
      this.#queue.happened({ kind: 'pod-gone', pod: { ...pod, nodeName } });
    }
  }

  /** The pods as they are stored now; one that was replaced or is gone is left out. */
  async #bindings(chosen: readonly Chosen[]): Promise<{ choice: Chosen; pod: StoredObject; nodeName: string }[]> {
    const stored = await this.#context.registry.getMany(
      'pods',
      chosen.map(({ pod }) => pod),
    );
    const byUid = new Map(stored.map((pod) => [pod.uid, pod]));
    return chosen.flatMap((choice) => {
      const pod = byUid.get(choice.pod.uid);
      return pod === undefined ? [] : [{ choice, pod, nodeName: choice.nodeName }];
    });
  }
}

function emitBound(emit: Emit, { pod: { namespace, name, uid }, nodeName }: Chosen): void {
  const subject = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } };
  emit(subject, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`);
}
