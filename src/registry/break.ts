/** A break between the steps of a write whose body is long: no step of 3 MB takes 100 ms, all of them take 300. */
import { setImmediate } from 'node:timers/promises';
import type { WriteOptions } from './registry.ts';

export const takeBreak = async ({ isLong }: Pick<WriteOptions, 'isLong'>): Promise<void> => {
  if (isLong === true) {
    await setImmediate();
  }
};
