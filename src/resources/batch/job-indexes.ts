/** Indexes of an indexed job as text: `1,3-5,7`. Source: pkg/apis/batch/validation, validateIndexesFormat, 1.34. */
type Interval = readonly [first: number, last: number];
/** What is wrong, in Kubernetes' words. */
type Problem = string;

export type ParsedIndexes =
  | { readonly ok: true; readonly intervals: readonly Interval[] }
  | { readonly ok: false; readonly problem: Problem };

function parseIndex(text: string, completions: number): number | Problem {
  if (!/^[+-]?\d+$/.test(text)) {
    return `cannot convert string to integer for index: ${JSON.stringify(text)}`;
  }
  return Number(text) >= completions ? `too large index: ${JSON.stringify(text)}` : Number(text);
}

const notIncreasing = (previous: number, current: number): Problem =>
  `non-increasing order, previous: ${previous}, current: ${current}`;

function parseInterval(text: string, completions: number): Interval | Problem {
  const [from = '', to, more] = text.split('-');
  if (more !== undefined) {
    const fragment = JSON.stringify(text);
    return `the fragment ${fragment} violates the requirement that an index interval can have at most two parts separated by '-'`;
  }
  const first = parseIndex(from, completions);
  if (typeof first === 'string' || to === undefined) {
    return typeof first === 'string' ? first : [first, first];
  }
  const last = parseIndex(to, completions);
  if (typeof last === 'string') {
    return last;
  }
  return first >= last ? notIncreasing(first, last) : [first, last];
}

/** '' is no index at all. */
export function parseIndexes(text: string, completions: number): ParsedIndexes {
  const intervals: Interval[] = [];
  for (const part of text === '' ? [] : text.split(',')) {
    const interval = parseInterval(part, completions);
    if (typeof interval === 'string') {
      return { ok: false, problem: interval };
    }
    const previous = intervals.at(-1)?.[1];
    if (previous !== undefined && previous >= interval[0]) {
      return { ok: false, problem: notIncreasing(previous, interval[0]) };
    }
    intervals.push(interval);
  }
  return { ok: true, intervals };
}

export const countIndexes = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** The first index that both have. Both are in order. */
export function sharedIndex(some: readonly Interval[], others: readonly Interval[]): number | undefined {
  let at = 0;
  for (const [first, last] of some) {
    while ((others[at]?.[1] ?? Number.POSITIVE_INFINITY) < first) {
      at += 1;
    }
    const other = others[at];
    if (other !== undefined && other[0] <= last) {
      return Math.max(first, other[0]);
    }
  }
  return undefined;
}
