import type { StoredObject } from '../storage/stored-object.ts';
import { nextRound } from '../timing/turns.ts';
import { cloneJson } from './clone-json.ts';
import type { WriteOptions } from './registry.ts';

/** Characters of a body from which a write counts as long. */
export const LONG_TEXT = 100_000;

/**
 * Lets the event loop run between two steps of a long write: the steps of a body of 3 MB take a second together, but none
 * of them 100 ms.
 */
export const takeBreak = async ({ isLong }: Pick<WriteOptions, 'isLong'>): Promise<void> => {
  if (isLong === true) {
    await nextRound();
  }
};

/** The same options, marked long where the stored object is: a short patch of a long object is as much work as a long body. */
export const paced = <T extends WriteOptions>(options: T, { body }: Pick<StoredObject, 'body'>): T =>
  options.isLong === true || body.length <= LONG_TEXT ? options : { ...options, isLong: true };

/** `cloneJson` with a break between its two halves and after them. */
export async function clonePaced<T>(value: T, options: Pick<WriteOptions, 'isLong'>): Promise<T> {
  if (options.isLong !== true) {
    return cloneJson(value);
  }
  const text = JSON.stringify(value);
  await nextRound();
  const clone = JSON.parse(text) as T;
  await nextRound();
  return clone;
}
