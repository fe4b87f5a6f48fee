/** Asks the authorizer and calls the registry: each order gets its outcome, whatever fails. Never rejects. */
import type { Authorizer, UserInfo } from '../../auth/identity.ts';
import type { Transaction, WriteOptions } from '../../registry/registry.ts';
import type { Rounds } from '../../timing/turns.ts';
import { authorize } from '../access/authorize.ts';
import { deletionOf, toDeleteOptions } from '../http/delete-options.ts';
import { LONG_BODY } from '../http/write-options.ts';
import type { Success } from './answer-text.ts';
import type { Outcomes, Unsettled } from './outcomes.ts';
import type { Task } from './plan-item.ts';
import type { DeleteItem, PatchItem, UpdateItem } from './read-item.ts';

export interface Order extends Unsettled {
  readonly task: Task;
  readonly bytes: number;
}

export interface OrderRunnerOptions {
  readonly authorizer: Authorizer;
  /** The registry's own, or a transaction's. */
  readonly verbs: Omit<Transaction, 'commit'>;
  readonly outcomes: Outcomes;
  readonly user: UserInfo;
  readonly write: WriteOptions;
  /** Of all bulk requests: slices that are ready at the same time begin one after another. */
  readonly rounds: Rounds;
  /** Nothing starts after it aborts; its reason is the StatusError of what did not. */
  readonly signal: AbortSignal;
}

const TAKEN = Object.freeze({});

/**
 * While its commit is waited for, an order holds nothing of its object: thousands wait at a time, and collections of
 * garbage copy what is held (59 → 43 µs a pod).
 */
function takeObject({ task: { item } }: Order): unknown {
  if (item.op !== 'create') {
    return undefined;
  }
  const { object } = item;
  item.object = TAKEN;
  return object;
}

export class OrderRunner {
  readonly #options: OrderRunnerOptions;

  constructor(options: OrderRunnerOptions) {
    this.#options = options;
  }

  /** Any item but a create. */
  async runOne(order: Order): Promise<void> {
    const { task } = order;
    const { outcomes } = this.#options;
    try {
      await this.#admit(task);
      outcomes.succeed(order, await this.#change(order));
    } catch (error) {
      outcomes.fail(order, error);
    }
  }

  /** Creates of one kind. */
  async createAll(orders: readonly Order[]): Promise<void> {
    const { verbs, outcomes, rounds } = this.#options;
    const allowed: Order[] = [];
    for (const order of orders) {
      try {
        await this.#admit(order.task);
        allowed.push(order);
      } catch (error) {
        outcomes.fail(order, error);
      }
    }
    const [first] = allowed;
    if (first === undefined) {
      return;
    }
    await rounds.next();
    try {
      this.#options.signal.throwIfAborted();
      const objects = allowed.map(takeObject);
      const answers = await verbs.createAllSent(first.task.resource, objects, this.#writeOf(allowed));
      for (const [at, order] of allowed.entries()) {
        const outcome = answers[at];
        outcome === undefined || outcome instanceof Error
          ? outcomes.fail(order, outcome)
          : outcomes.succeed(order, { ...outcome, code: 201 });
      }
    } catch (error) {
      for (const order of allowed) {
        outcomes.fail(order, error);
      }
    }
  }

  async #admit({ asked }: Task): Promise<void> {
    const { authorizer, user, signal } = this.#options;
    signal.throwIfAborted();
    await authorize(authorizer, user, asked);
  }

  #writeOf(orders: readonly Order[]): WriteOptions {
    const { write } = this.#options;
    return orders.some(({ bytes }) => bytes > LONG_BODY) ? { ...write, isLong: true } : write;
  }

  #change(order: Order): Promise<Success> {
    const { task } = order;
    const write = this.#writeOf([order]);
    switch (task.item.op) {
      case 'update':
        return this.#update(task, task.item, write);
      case 'patch':
        return this.#patch(task, task.item, write);
      case 'delete':
        return this.#delete(task, task.item);
      case 'create':
        throw new Error('creates go through createAll');
    }
  }

  async #update(
    { resource, namespace, name }: Task,
    { object, subresource }: UpdateItem,
    write: WriteOptions,
  ): Promise<Success> {
    const { verbs } = this.#options;
    const verb = subresource === 'status' ? 'updateStatus' : 'update';
    const written = await verbs[verb](resource, namespace, name, object, write);
    return { ...written, code: written.created ? 201 : 200 };
  }

  async #patch({ resource, namespace, name }: Task, item: PatchItem, write: WriteOptions): Promise<Success> {
    const { verbs } = this.#options;
    const { type, patch, subresource } = item;
    const options = { ...write, ...(subresource !== undefined && { subresource }) };
    const written = await verbs.patch(resource, namespace, name, type, patch, options);
    return { ...written, code: 200 };
  }

  async #delete({ definition, resource, namespace, name }: Task, { options = {} }: DeleteItem): Promise<Success> {
    const { verbs, write } = this.#options;
    const { options: asked, warnings } = deletionOf(definition, toDeleteOptions(options));
    const { object } = await verbs.delete(resource, namespace, name, {
      ...asked,
      ...(write.dryRun === true && { dryRun: true }),
      ...(write.user !== undefined && { user: write.user }),
    });
    return { object, warnings, code: 200 };
  }
}
