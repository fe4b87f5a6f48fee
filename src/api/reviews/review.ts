/** What answers a review: the status of the object that was sent. */
import type { UserInfo } from '../../auth/identity.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ApiContext } from '../context.ts';

export interface Asked {
  readonly context: ApiContext;
  readonly user: UserInfo;
  /** Decoded and valid. */
  readonly review: KubeObject;
}

/** Throws StatusErrors. */
export type Answer = (asked: Asked) => Promise<object> | object;
