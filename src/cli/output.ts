/** Data on stdout in the form that -o asks for: a table for people, JSON or YAML with the same content for programs. */
import Table from 'cli-table3';
import { stringify } from 'yaml';
import type { TerminalStream } from './terminal.ts';

export const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** `forPeople` is only called for `table`. */
export function printData(stdout: TerminalStream, format: OutputFormat, data: object, forPeople: () => string): void {
  const render = { table: forPeople, json: () => JSON.stringify(data, undefined, 2), yaml: () => stringify(data) };
  stdout.write(`${render[format]().trimEnd()}\n`);
}

const NO_BORDERS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right']
    .concat(['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'])
    .map((edge) => [edge, '']),
);

/** Columns without borders, as kubectl prints them: easy to read, to grep and to cut. */
export function renderColumns(rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 3 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
