/** How many bulk requests are under way, and whose: one user leaves some for the others. */
import { tooManyRequests } from '../../errors.ts';
import { MAX_REQUESTS, MAX_REQUESTS_OF_A_USER } from './limits.ts';

export class RequestSlots {
  readonly #ofUsers = new Map<string, number>();
  #underWay = 0;

  /** Returns what gives the slot back, once. Throws 429. */
  enter(username: string): () => void {
    const before = this.#ofUsers.get(username) ?? 0;
    if (this.#underWay >= MAX_REQUESTS || before >= MAX_REQUESTS_OF_A_USER) {
      throw tooManyRequests('too many bulk requests are under way, please try again later', 1);
    }
    this.#underWay += 1;
    this.#ofUsers.set(username, before + 1);
    return () => {
      this.#underWay -= 1;
      const left = (this.#ofUsers.get(username) ?? 1) - 1;
      left === 0 ? this.#ofUsers.delete(username) : this.#ofUsers.set(username, left);
    };
  }
}
