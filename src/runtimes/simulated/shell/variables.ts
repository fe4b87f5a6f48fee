/** What a shell keeps by name, up to what it may keep in memory: `export` in a loop makes ever more. */
import { MAX_KEPT } from './input.ts';
import { ProgramFailure, type Variables } from './program.ts';

const LENGTH_OF_ENTRY = 64;
const lengthOf = (name: string, value: string): number => name.length + value.length + LENGTH_OF_ENTRY;

export class BoundedVariables implements Variables {
  readonly #values: Map<string, string>;
  #length = 0;

  constructor(values: Iterable<readonly [string, string]>) {
    this.#values = new Map(values);
    for (const [name, value] of this.#values) {
      this.#length += lengthOf(name, value);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    const before = this.#values.get(name);
    const length = this.#length + lengthOf(name, value) - (before === undefined ? 0 : lengthOf(name, before));
    if (length > MAX_KEPT && length > this.#length) {
      throw new ProgramFailure('Cannot allocate memory');
    }
    this.#length = length;
    this.#values.set(name, value);
  }

  delete(name: string): void {
    const before = this.#values.get(name);
    if (before !== undefined) {
      this.#length -= lengthOf(name, before);
      this.#values.delete(name);
    }
  }

  copy(): BoundedVariables {
    return new BoundedVariables(this.#values);
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#values[Symbol.iterator]();
  }
}
