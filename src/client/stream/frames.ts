/** The frames that the client reads, see docs/stream.md. What it does not know it leaves alone. */
import type { Status } from '../api-error.ts';
import type { Count } from './subscription.ts';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: object;
}
export type Frame =
  | { readonly type: 'hello'; readonly heartbeatSeconds: number }
  | { readonly type: 'heartbeat' }
  | { readonly type: 'error'; readonly id?: string; readonly status: Status; readonly token?: string }
  | SubscriptionFrame;
export type SubscriptionFrame =
  | {
      readonly type: 'snapshot';
      readonly id: string;
      readonly objects: readonly object[];
      readonly last: boolean;
      readonly token?: string;
    }
  | { readonly type: 'changes'; readonly id: string; readonly events: readonly Change[]; readonly token?: string }
  | { readonly type: 'aggregate'; readonly id: string; readonly counts: readonly Count[]; readonly token: string }
  | { readonly type: 'bookmark'; readonly id: string; readonly token: string };
