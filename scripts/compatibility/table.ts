/** The table of clients as Markdown: a mark a cell, which links to its test and names it. Pure. */
import type { Client, Feature, TestName } from '../../test/support/compatibility/feature.ts';

/** One a version of a client: what heads it, and a word in the titles above its tests. */
export interface Column {
  readonly client: Client;
  readonly title: string;
  readonly within: string;
  readonly minor?: number;
  /** Of client-go. */
  readonly version?: string;
}

export const columnsOf = (versions: {
  readonly kubectl: readonly number[];
  /** Those that a shorter test runs. */
  readonly otherKubectl: readonly number[];
  readonly helm: readonly number[];
  readonly clientNode: string;
  readonly clientGo: readonly string[];
  /** The client-go that k9s is tested by. */
  readonly k9s: string;
}): readonly Column[] => [
  ...[...versions.kubectl, ...versions.otherKubectl]
    .sort((a, b) => a - b)
    .map(
      (minor): Column => ({
        client: versions.kubectl.includes(minor) ? 'kubectl' : 'otherKubectl',
        ...{ title: `kubectl 1.${minor}`, within: `1.${minor}`, minor },
      }),
    ),
  ...versions.helm.map((major): Column => ({ client: 'helm', title: `Helm ${major}`, within: String(major) })),
  { client: 'clientNode', title: `client-node ${versions.clientNode}`, within: '' },
  ...versions.clientGo.map(
    (version): Column => ({ client: 'clientGo', title: `client-go ${version}`, within: version, version }),
  ),
  { client: 'k9s', title: `k9s (client-go ${versions.k9s})`, within: 'k9s' },
  { client: 'headlamp', title: 'Headlamp', within: '' },
  { client: 'browser', title: 'browser', within: '' },
];

/** The test that shows `feature` with the client of a column, if there is one. */
export function testOf(feature: Feature, { client, minor, version }: Column): TestName | undefined {
  const isOlder =
    (minor !== undefined && minor < (feature.sinceKubectl ?? 0)) ||
    (version !== undefined && version < (feature.sinceClientGo ?? ''));
  return isOlder ? undefined : feature[client];
}

/** Padded as the formatter pads: the first column to the right, the others on both sides. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(3, ...rows.map((cells) => (cells[at] ?? '').length)));
  const pad = (cell: string, at: number): string => {
    const width = widths[at] ?? 0;
    return at === 0
      ? cell.padEnd(width)
      : cell.padStart(cell.length + Math.floor((width - cell.length) / 2)).padEnd(width);
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `:${'-'.repeat(width - 2)}:`));
  const [head = [], ...body] = rows.map((cells) => line(cells.map(pad)));
  return [String(head), line(rule), ...body];
}

export function tableOf(
  features: readonly Feature[],
  columns: readonly Column[],
  linkTo: (test: TestName) => string,
): string {
  const labels = new Map<string, TestName>();
  const cellOf = (test: TestName | undefined): string => {
    if (test === undefined) {
      return '';
    }
    const key = test.join('\n');
    labels.set(key, test);
    return `[✓][t${[...labels.keys()].indexOf(key) + 1}]`;
  };
  const rows = features.map((feature) => [
    feature.feature,
    ...columns.map((column) => cellOf(testOf(feature, column))),
  ]);
  const links = [...labels.values()].map((test, index) => `[t${index + 1}]: ${linkTo(test)} "${test[1].trim()}"`);
  return [...aligned([['', ...columns.map(({ title }) => title)], ...rows]), '', ...links, ''].join('\n');
}
