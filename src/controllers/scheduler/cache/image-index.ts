/** On how many nodes each image is. Source: backend/cache, ImageStateSummary. */
import type { NodeInfo } from '../../views/node-info.ts';
import { bump } from './counts.ts';
import type { NodeCache } from './node-cache.ts';
import type { CacheObserver, NodeState } from './node-state.ts';

export class ImageIndex implements CacheObserver {
  readonly #nodes = new Map<string, number>();

  constructor(cache: NodeCache) {
    cache.observe(this);
  }

  nodesWith(image: string): number {
    return this.#nodes.get(image) ?? 0;
  }

  podCounted(): void {
    // Pods bring images, but the node says when it has them.
  }

  nodeChanged({ info }: NodeState, before: NodeInfo | undefined): void {
    if (info?.images !== before?.images) {
      this.#count(before, -1);
      this.#count(info, 1);
    }
  }

  #count(info: NodeInfo | undefined, sign: 1 | -1): void {
    for (const image of info?.images.keys() ?? []) {
      bump(this.#nodes, image, sign);
    }
  }
}
