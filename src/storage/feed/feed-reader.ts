/**
 * One reader of the feed: what it wants and how far it is. It holds no changes: those are the feed's, shared, or the
 * change log's when it falls behind. So a reader that never comes back costs nothing, and one that is late skips nothing.
 */
import { Bell } from '../../timing/bell.ts';
import type { ResourceId } from '../stored-object.ts';

export class FeedReader {
  readonly resources: ReadonlySet<ResourceId> | undefined;
  /** Names the resources: equal for readers of the same. */
  readonly resourcesKey: string;
  /** Wakes at every commit, also of other resources, and waits for no turn. */
  readonly isEager: boolean;
  #isEnded = false;
  readonly #bell = new Bell();

  constructor(resources: ReadonlySet<ResourceId> | undefined, isEager = false) {
    this.resources = resources;
    this.resourcesKey = resources === undefined ? '*' : [...resources].sort().join(' ');
    this.isEager = isEager;
  }

  wantsAny(changed: ReadonlySet<ResourceId>): boolean {
    const { resources } = this;
    return resources === undefined || [...resources].some((resource) => changed.has(resource));
  }

  end(): void {
    this.#isEnded = true;
    this.wake();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ends the wait: the feed is further than it was, or the reader has ended. */
  wake(): void {
    this.#bell.ring();
  }

  wait(): Promise<void> {
    return this.#bell.wait();
  }
}
