/** What the subscriptions of a connection have in common, whatever they tell. */
import type { Registry, Selection } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { Subscribe } from './messages.ts';
import type { PaidOutbox } from './paid-outbox.ts';
import type { Progress } from './progress.ts';
import type { Position } from './resume-token.ts';

export interface SubscriptionParts {
  readonly request: Subscribe;
  readonly definitions: readonly ResourceDefinition[];
  readonly selection: Selection;
  /** Where it resumes; undefined: from a snapshot. */
  readonly from: Position | undefined;
  readonly progress: Progress;
  readonly registry: Registry;
  /** The user's name. */
  readonly caller: string;
  readonly out: PaidOutbox;
  readonly signal: AbortSignal;
}

/** Runs until the signal aborts. Throws what list and watch throw. */
export type RunSubscription = (parts: SubscriptionParts) => Promise<void>;
