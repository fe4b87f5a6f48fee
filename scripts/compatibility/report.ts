/** Does the report of a run bear out the table? Pure. */
import type { Feature, TestName } from '../../test/support/compatibility/feature.ts';
import { type Column, testOf } from './table.ts';

/** The part of what vitest's JSON reporter writes. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const isWithin = (ancestorTitles: readonly string[], word: string): boolean =>
  ancestorTitles.some((title) => title.split(/[ (]/).includes(word));

const outcomes = ({ testResults }: Report, path: string, title: string, within: string): string[] =>
  testResults
    .filter(({ name }) => name.endsWith(path))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((test) => test.title.startsWith(title) && (within === '' || isWithin(test.ancestorTitles, within)))
    .map(({ status }) => status);

/** What the table says and the tests do not show: one that failed, or none that passed. */
export const unshown = (
  features: readonly Feature[],
  columns: readonly Column[],
  report: Report,
  pathOf: (test: TestName) => string,
): string[] =>
  features.flatMap((feature) =>
    columns.flatMap((column) => {
      const test = testOf(feature, column);
      if (test === undefined) {
        return [];
      }
      const statuses = outcomes(report, pathOf(test), test[1], column.within);
      const isShown = statuses.includes('passed') && !statuses.includes('failed');
      return isShown ? [] : [`${feature.feature} with ${column.title}: ${pathOf(test)} "${test[1]}" did not pass`];
    }),
  );
