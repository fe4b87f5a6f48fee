/** Whether two bodies say the same, whatever the order of their keys. */
import { isSameJson } from '../values/same-json.ts';

/** Reordered, a text keeps the sums of its characters and of their squares. A change of a time or a number hardly ever does. */
function mayBeReordered(a: string, b: string): boolean {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < a.length; i += 1) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    sum += left - right;
    squares += left * left - right * right;
  }
  return sum === 0 && squares === 0;
}

/** Most changes are seen without a parse, which of two bodies of 2 MB takes 100 ms. */
export const isSameBody = (a: string, b: string): boolean =>
  a === b || (a.length === b.length && mayBeReordered(a, b) && isSameJson(JSON.parse(a), JSON.parse(b)));
