import { setImmediate } from 'node:timers/promises';
import type { StoredObject } from '../storage/stored-object.ts';
import type { WriteOptions } from './registry.ts';

/** Characters. */
const LONG_TEXT = 100_000;

/** A break between the steps of a write that is long: no step of 3 MB takes 100 ms, all of them take a second. */
export const takeBreak = async ({ isLong }: Pick<WriteOptions, 'isLong'>): Promise<void> => {
  if (isLong === true) {
    await setImmediate();
  }
};

/** A short body that changes a long object is as much work as a long one. */
export const paced = <T extends WriteOptions>(options: T, { body }: Pick<StoredObject, 'body'>): T =>
  options.isLong === true || body.length <= LONG_TEXT ? options : { ...options, isLong: true };
