/** Sets of completion indexes in the form that a job's status has: `0,2-5,7`. Pure. Source: indexed_job_utils.go. */

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Immutable; holds intervals, so that a million finished indexes cost no more than the text. */
export class IndexSet {
  static readonly empty = new IndexSet([]);
  /** Ordered, apart from each other by at least one. */
  readonly #intervals: readonly Interval[];

  private constructor(intervals: readonly Interval[]) {
    this.#intervals = intervals;
  }

  /** What is no index, or none below `completions`, is left out. */
  static parse(text: string | undefined, completions: number): IndexSet {
    const intervals = (text ?? '').split(',').flatMap((part): Interval[] => {
      const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
      const interval = { first: Number(from), last: Math.min(Number(to), completions - 1) };
      return from === undefined || interval.first > interval.last ? [] : [interval];
    });
    return new IndexSet(merged(intervals));
  }

  static of(indexes: Iterable<number>): IndexSet {
    return new IndexSet(merged([...indexes].map((index) => ({ first: index, last: index }))));
  }

  with(other: IndexSet): IndexSet {
    return new IndexSet(merged([...this.#intervals, ...other.#intervals]));
  }

  has(index: number): boolean {
    return this.#intervals.some(({ first, last }) => first <= index && index <= last);
  }

  get size(): number {
    return this.#intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  }

  /** How many indexes both have. */
  overlap(other: IndexSet): number {
    const common = this.#intervals.flatMap((a) =>
      other.#intervals.map((b) => Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1),
    );
    return common.filter((count) => count > 0).reduce((sum, count) => sum + count, 0);
  }

  /** The first `count` indexes below `completions` that are not in the set. */
  missing(count: number, completions: number): number[] {
    const found: number[] = [];
    let next = 0;
    for (const { first, last } of [...this.#intervals, { first: completions, last: completions }]) {
      for (; next < Math.min(first, completions) && found.length < count; next += 1) {
        found.push(next);
      }
      next = Math.max(next, last + 1);
    }
    return found;
  }

  /** Two neighbours are a list, more a range. */
  toString(): string {
    return this.#intervals
      .map(({ first, last }) => (last === first ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
      .join(',');
  }
}

function merged(intervals: readonly Interval[]): Interval[] {
  const result: { first: number; last: number }[] = [];
  for (const { first, last } of [...intervals].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before !== undefined && first <= before.last + 1) {
      before.last = Math.max(before.last, last);
    } else {
      result.push({ first, last });
    }
  }
  return result;
}
