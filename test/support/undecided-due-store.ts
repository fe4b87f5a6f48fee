import { MemoryDueStore } from './memory-due-store.ts';

/** Whose claims take until `finish`, and then find the shard held by another, or fail. */
export class Undecided extends MemoryDueStore {
  finish: (error?: Error) => void = () => undefined;

  override claim(): Promise<undefined> {
    return new Promise((resolve, reject) => {
      this.finish = (error) => (error === undefined ? resolve(undefined) : reject(error));
    });
  }
}
