/** Runs in words: a line each, and a table over all. */
import Table from 'cli-table3';
import { FAULT_NAMES } from './faults.ts';
import type { Outcome } from './history.ts';
import type { RunReport } from './run-seed.ts';

const SHOWN_VIOLATIONS = 8;
const MAX_LINE = 400;

function outcomes({ history }: RunReport): ReadonlyMap<Outcome['type'], number> {
  const counts = new Map<Outcome['type'], number>();
  for (const { outcome } of history.operations) {
    counts.set(outcome.type, (counts.get(outcome.type) ?? 0) + 1);
  }
  return counts;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const eventsOf = ({ history }: RunReport): number =>
  sum(history.sessions.flatMap(({ streams }) => streams.map(({ items }) => items.length)));
const streamsOf = ({ history }: RunReport): number => sum(history.sessions.map(({ streams }) => streams.length));

export function reportLine(report: RunReport): string {
  const { seed, faults, history, violations, durationMs } = report;
  const counts = outcomes(report);
  const count = (...types: Outcome['type'][]): number => sum(types.map((type) => counts.get(type) ?? 0));
  const verdict = violations.length === 0 ? 'ok  ' : 'FAIL';
  const line =
    `${verdict} seed ${seed}: ${history.operations.length} operations (${count('object', 'deleted', 'list')} ok, ` +
    `${count('refused')} refused, ${count('failed')} failed, ${count('unknown')} unknown), ${history.current} revisions, ` +
    `${eventsOf(report)} events on ${streamsOf(report)} streams, ${(durationMs / 1_000).toFixed(1)} s; ${faults.join(', ')}`;
  const shown = violations.slice(0, SHOWN_VIOLATIONS).map(({ rule, what }) => `  ${rule}: ${what.slice(0, MAX_LINE)}`);
  const more = violations.length - shown.length;
  const replay = violations.length === 0 ? [] : [`  replay: node scripts/check-history.mjs --seed ${seed}`];
  return [line, ...shown, ...(more > 0 ? [`  and ${more} more`] : []), ...replay].join('\n');
}

export function reportTable(reports: readonly RunReport[]): string {
  const table = new Table({
    head: ['fault', 'runs', 'operations', 'unknown', 'events', 'violations'],
    style: { head: [], border: [], compact: true },
  });
  const row = (name: string, among: readonly RunReport[]): (string | number)[] => [
    name,
    among.length,
    sum(among.map(({ history }) => history.operations.length)),
    sum(among.map((report) => outcomes(report).get('unknown') ?? 0)),
    sum(among.map(eventsOf)),
    sum(among.map(({ violations }) => violations.length)),
  ];
  for (const name of FAULT_NAMES) {
    const isHit = ({ faults }: RunReport): boolean => faults.some((fault) => fault.includes(name));
    table.push(row(name, reports.filter(isHit)));
  }
  table.push(row('all', reports));
  return table.toString();
}
