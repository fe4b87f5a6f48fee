/** Asks the authorizer, calls the registry and settles: each order gets its answer, whatever fails. Never rejects. */
import type { UserInfo } from '../../auth/identity.ts';
import { internalError, StatusError } from '../../errors.ts';
import type { WriteOptions } from '../../registry/registry.ts';
import { authorize } from '../access/authorize.ts';
import type { ApiContext } from '../context.ts';
import { toDeleteOptions } from '../http/delete-options.ts';
import type { Settle } from './answer-queue.ts';
import { failureText, type Named, type Success, successText } from './answer-text.ts';
import type { Task } from './plan-item.ts';
import type { DeleteItem, PatchItem, UpdateItem } from './read-item.ts';

export interface Order extends Named {
  readonly task: Task;
  readonly bytes: number;
  readonly settle: Settle;
}

export interface OrderRunnerOptions {
  readonly context: Pick<ApiContext, 'registry' | 'authorizer' | 'logger'>;
  readonly user: UserInfo;
  readonly write: WriteOptions;
  /** Answers carry the objects as they are now. */
  readonly isWhole: boolean;
  /** Nothing starts after it aborts; its reason is the StatusError of what did not. */
  readonly signal: AbortSignal;
}

export class OrderRunner {
  readonly #options: OrderRunnerOptions;

  constructor(options: OrderRunnerOptions) {
    this.#options = options;
  }

  /** Any item but a create. */
  async runOne(order: Order): Promise<void> {
    const { task } = order;
    try {
      await this.#admit(task);
      this.#succeed(order, await this.#change(task));
    } catch (error) {
      this.#fail(order, error);
    }
  }

  /** Creates of one kind. */
  async createAll(orders: readonly Order[]): Promise<void> {
    const allowed: Order[] = [];
    for (const order of orders) {
      try {
        await this.#admit(order.task);
        allowed.push(order);
      } catch (error) {
        this.#fail(order, error);
      }
    }
    const [first] = allowed;
    if (first === undefined) {
      return;
    }
    const { context, write } = this.#options;
    const objects = allowed.map(({ task }) => (task.item.op === 'create' ? task.item.object : undefined));
    try {
      const outcomes = await context.registry.createAllSent(first.task.resource, objects, write);
      for (const [at, order] of allowed.entries()) {
        const outcome = outcomes[at];
        outcome === undefined || outcome instanceof Error
          ? this.#fail(order, outcome)
          : this.#succeed(order, { ...outcome, code: 201 });
      }
    } catch (error) {
      for (const order of allowed) {
        this.#fail(order, error);
      }
    }
  }

  async #admit({ asked }: Task): Promise<void> {
    const { context, user, signal } = this.#options;
    signal.throwIfAborted();
    await authorize(context.authorizer, user, asked);
  }

  #change(task: Task): Promise<Success> {
    switch (task.item.op) {
      case 'update':
        return this.#update(task, task.item);
      case 'patch':
        return this.#patch(task, task.item);
      case 'delete':
        return this.#delete(task, task.item);
      case 'create':
        throw new Error('creates go through createAll');
    }
  }

  async #update({ resource, namespace, name }: Task, { object, subresource }: UpdateItem): Promise<Success> {
    const { context, write } = this.#options;
    const verb = subresource === 'status' ? 'updateStatus' : 'update';
    const written = await context.registry[verb](resource, namespace, name, object, write);
    return { ...written, code: written.created ? 201 : 200 };
  }

  async #patch({ resource, namespace, name }: Task, item: PatchItem): Promise<Success> {
    const { context, write } = this.#options;
    const { type, patch, subresource } = item;
    const options = { ...write, ...(subresource !== undefined && { subresource }) };
    const written = await context.registry.patch(resource, namespace, name, type, patch, options);
    return { ...written, code: 200 };
  }

  async #delete({ resource, namespace, name }: Task, { options = {} }: DeleteItem): Promise<Success> {
    const { context, write } = this.#options;
    const { object } = await context.registry.delete(resource, namespace, name, {
      ...toDeleteOptions(options),
      ...(write.dryRun === true && { dryRun: true }),
    });
    return { object, warnings: [], code: 200 };
  }

  #succeed(order: Order, success: Success): void {
    order.settle(successText(order, success, this.#options.isWhole));
  }

  #fail(order: Order, error: unknown): void {
    const failure = error instanceof StatusError ? error : internalError(error);
    if (failure.code === 500) {
      this.#options.context.logger.error({ err: failure.cause ?? failure }, 'bulk item failed');
    }
    order.settle(failureText(order, failure));
  }
}
