/** What becomes of an item's outcome: its answer at once, or, with `atomic`, when all of the request is decided. */

import { internalError, StatusError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Transaction } from '../../registry/registry.ts';
import type { Settle } from './answer-queue.ts';
import { failureText, type Named, type Success, successText } from './answer-text.ts';

export interface Unsettled extends Named {
  readonly settle: Settle;
}

export interface Outcomes {
  succeed(item: Unsettled, success: Success): void;
  fail(item: Unsettled, error: unknown): void;
  /** Every item has its outcome. `isComplete`: the body was read to its end. Never rejects. */
  finish(isComplete: boolean): Promise<void>;
}

export interface OutcomesOptions {
  readonly logger: Logger;
  /** Answers carry the objects as they are now. */
  readonly isWhole: boolean;
}

export class ImmediateOutcomes implements Outcomes {
  readonly #options: OutcomesOptions;

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  succeed(item: Unsettled, success: Success): void {
    item.settle(successText(item, success, this.#options.isWhole));
  }

  fail(item: Unsettled, error: unknown): void {
    const failure = error instanceof StatusError ? error : internalError(error);
    if (failure.code === 500) {
      this.#options.logger.error({ err: failure.cause ?? failure }, 'bulk item failed');
    }
    item.settle(failureText(item, failure));
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}

const notWritten = (why: string): StatusError =>
  new StatusError('FailedDependency', `not written: ${why}, and all items of the request are written or none`, {});

/** Failures are told as they come, successes once the transaction has been committed. */
export class AtomicOutcomes implements Outcomes {
  readonly #transaction: Transaction;
  readonly #dryRun: boolean;
  readonly #tell: ImmediateOutcomes;
  readonly #held: { readonly item: Unsettled; readonly success: Success }[] = [];
  #hasFailed = false;

  constructor(transaction: Transaction, dryRun: boolean, options: OutcomesOptions) {
    this.#transaction = transaction;
    this.#dryRun = dryRun;
    this.#tell = new ImmediateOutcomes(options);
  }

  succeed({ index, id, settle }: Unsettled, success: Success): void {
    // A copy of three fields: the item itself holds the parsed object, which could be collected by now.
    this.#held.push({ item: { index, id, settle }, success });
  }

  fail(item: Unsettled, error: unknown): void {
    this.#hasFailed = true;
    this.#tell.fail(item, error);
  }

  async finish(isComplete: boolean): Promise<void> {
    if (!isComplete) {
      this.#refuse(() => notWritten('the request was not read to its end'));
    } else if (this.#hasFailed) {
      this.#refuse(() => notWritten('another item was refused'));
    } else {
      await this.#commit().catch((error: unknown) => this.#refuse(() => error));
    }
  }

  async #commit(): Promise<void> {
    const { isRefused, refusalOf, asWritten } = await this.#transaction.commit(this.#dryRun);
    if (isRefused) {
      this.#refuse((success) => refusalOf(success.object) ?? notWritten('another item was refused'));
      return;
    }
    for (const { item, success } of this.#held) {
      this.#tell.succeed(item, { ...success, object: asWritten(success.object) });
    }
  }

  #refuse(why: (success: Success) => unknown): void {
    for (const { item, success } of this.#held) {
      this.#tell.fail(item, why(success));
    }
  }
}
