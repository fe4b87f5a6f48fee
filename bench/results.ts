/** Rounds become rows, rows become the table that is printed and saved. Pure. */
import Table from 'cli-table3';
import type { Goal, Sample } from './benchmark.ts';
import { median } from './statistics.ts';

export interface Row {
  readonly benchmark: string;
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly rounds: readonly number[];
  readonly better: Sample['better'];
  readonly goal?: Goal;
  readonly note?: string;
}
/** A benchmark that gave nothing, and why. */
export interface Missing {
  readonly benchmark: string;
  readonly skipped?: string;
  readonly failed?: string;
}

/** One row a kind of sample, in the order of the first round; its note is that of the round nearest to the median. */
export function toRows(benchmark: string, rounds: readonly (readonly Sample[])[]): Row[] {
  return (rounds[0] ?? []).map(({ what, unit, better, goal }) => {
    const samples = rounds.flatMap((round) => round.find((sample) => sample.what === what) ?? []);
    const values = samples.map(({ value }) => value);
    const middle = median(values);
    const nearest = samples.toSorted((a, b) => Math.abs(a.value - middle) - Math.abs(b.value - middle))[0];
    const note = nearest?.note;
    return {
      ...{ benchmark, what, unit, better, median: middle, rounds: values },
      ...(goal === undefined ? {} : { goal }),
      ...(note === undefined ? {} : { note }),
    };
  });
}

export type Verdict = 'aim' | 'least' | 'below' | '';

export function verdict({ median: value, better, goal }: Pick<Row, 'median' | 'better' | 'goal'>): Verdict {
  if (goal === undefined) {
    return '';
  }
  const reaches = (bound: number): boolean => (better === 'higher' ? value >= bound : value <= bound);
  return reaches(goal.aim) ? 'aim' : reaches(goal.least) ? 'least' : 'below';
}

/** Three significant digits, thousands separated. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return '-';
  }
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const cells = (row: Row): string[] => [
  row.benchmark,
  row.what,
  `${formatNumber(row.median)} ${row.unit}`,
  row.rounds.map(formatNumber).join(' · '),
  row.goal === undefined ? '' : `${row.better === 'higher' ? '≥' : '≤'} ${formatNumber(row.goal.least)}`,
  row.goal === undefined ? '' : formatNumber(row.goal.aim),
  verdict(row),
  row.note ?? '',
];

const HEAD = ['benchmark', 'what', 'median', 'rounds', 'at least', 'aim', 'reached', 'note'];

export function renderTable(rows: readonly Row[], missing: readonly Missing[]): string {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } });
  table.push(...rows.map(cells));
  const others = missing.map(({ benchmark, skipped, failed }) =>
    failed === undefined ? `${benchmark}: skipped, ${skipped}` : `${benchmark}: FAILED, ${failed}`,
  );
  return [table.toString(), ...others].join('\n');
}

export function renderMarkdown(rows: readonly Row[]): string {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cells(row)))].join('\n');
}
