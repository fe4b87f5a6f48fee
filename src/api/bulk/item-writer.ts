/**
 * When items run: creates of one kind gather into slices that share a commit, patches and deletes go one by one, all as
 * many at a time as their order and the limits allow.
 */
import pLimit from 'p-limit';
import { ItemOrder, isBarrier, objectKey } from './item-order.ts';
import { MAX_SINGLE_WRITES, MAX_SLICE_BYTES, MAX_SLICE_ITEMS } from './limits.ts';
import type { Order, OrderRunner } from './order-runner.ts';

interface Slice {
  readonly orders: Order[];
  readonly keys: Set<string>;
  bytes: number;
}

export class ItemWriter {
  readonly #runner: OrderRunner;
  readonly #order = new ItemOrder();
  readonly #limit = pLimit(MAX_SINGLE_WRITES);
  /** Creates that gather, by kind: of kinds that no other item depends on, or of `#barrierKind` alone. */
  readonly #slices = new Map<string, Slice>();
  #barrierKind: string | undefined;

  constructor(runner: OrderRunner) {
    this.#runner = runner;
  }

  write(order: Order): void {
    const { task } = order;
    const barrierKind = isBarrier(task) ? task.resource : undefined;
    if (barrierKind !== this.#barrierKind) {
      this.flush();
      this.#barrierKind = barrierKind;
    }
    if (task.item.op === 'create') {
      this.#gather(order);
      return;
    }
    if (this.#slices.get(task.resource)?.keys.has(objectKey(task) ?? '') === true) {
      this.flush();
    }
    this.#order.run([task], () => this.#limit(() => this.#runner.runOne(order)));
  }

  /** Starts all that waits for company. */
  flush(): void {
    for (const { orders } of this.#slices.values()) {
      const tasks = orders.map(({ task }) => task);
      this.#order.run(tasks, () => this.#runner.createAll(orders));
    }
    this.#slices.clear();
  }

  /** Starts all, and resolves when it is done. */
  async finish(): Promise<void> {
    this.flush();
    await this.#order.idle();
  }

  #gather(order: Order): void {
    const { resource } = order.task;
    const slice = this.#slices.get(resource) ?? { orders: [], keys: new Set<string>(), bytes: 0 };
    this.#slices.set(resource, slice);
    slice.orders.push(order);
    slice.keys.add(objectKey(order.task) ?? '');
    slice.bytes += order.bytes;
    if (slice.orders.length >= MAX_SLICE_ITEMS || slice.bytes >= MAX_SLICE_BYTES) {
      this.flush();
    }
  }
}
