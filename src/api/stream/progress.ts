/** How far a subscription is: the token to resume from, and whether the client has it. */
import { exactly, type Position, type TokenCodec } from './resume-token.ts';

export class Progress {
  readonly #codec: TokenCodec;
  #position: Position | undefined;
  /** The newest token that the client was given. */
  #announced: string | undefined;

  /** `from`: where the client resumed. */
  constructor(codec: TokenCodec, from: Position | undefined) {
    this.#codec = codec;
    this.#position = from;
    this.#announced = this.token;
  }

  readonly tokenOf = (revision: number): string => this.#codec.encode(exactly(revision));

  /** Undefined before the snapshot is whole, as the token is. */
  get position(): Position | undefined {
    return this.#position;
  }

  get token(): string | undefined {
    return this.#position === undefined ? undefined : this.#codec.encode(this.#position);
  }

  /** All that belongs before this position was sent. */
  reach(position: Position): void {
    this.#position = position;
  }

  /** The client has the token of the position now. */
  announce(): void {
    this.#announced = this.token;
  }

  /** A token that the client does not have yet, for a bookmark. */
  takeNewToken(): string | undefined {
    const { token } = this;
    if (token === this.#announced) {
      return undefined;
    }
    this.#announced = token;
    return token;
  }
}
