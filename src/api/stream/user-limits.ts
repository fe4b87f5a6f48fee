/** How much of the streams one user may have at a time in this process. */
import { type StatusError, tooManyRequests } from '../../errors.ts';

export interface StreamLimits {
  readonly socketsPerUser: number;
  readonly subscriptionsPerUser: number;
}
const RETRY_SECONDS = 10;

class UserLimit {
  readonly #limit: number;
  readonly #what: string;
  readonly #counts = new Map<string, number>();

  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  isReached(user: string): boolean {
    return (this.#counts.get(user) ?? 0) >= this.#limit;
  }

  refusal(): StatusError {
    return tooManyRequests(`a user may have ${this.#limit} ${this.#what} at a time in this server`, RETRY_SECONDS);
  }

  /** Answers what gives the place back; to be called once. */
  take(user: string): () => void {
    this.#counts.set(user, (this.#counts.get(user) ?? 0) + 1);
    return () => {
      const left = (this.#counts.get(user) ?? 0) - 1;
      if (left > 0) {
        this.#counts.set(user, left);
      } else {
        this.#counts.delete(user);
      }
    };
  }
}

export interface UserLimits {
  readonly sockets: UserLimit;
  readonly subscriptions: UserLimit;
}

export const userLimits = ({ socketsPerUser, subscriptionsPerUser }: StreamLimits): UserLimits => ({
  sockets: new UserLimit(socketsPerUser, 'streams'),
  subscriptions: new UserLimit(subscriptionsPerUser, 'subscriptions'),
});
