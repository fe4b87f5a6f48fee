/** The table of clients in docs/compatibility.md: up to date, its tests exist, and it says no more than a run showed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENT_GO_VERSIONS, K9S_CLIENT_GO } from '../../test/support/client-go.ts';
import { CLIENTS, type TestName } from '../../test/support/compatibility/feature.ts';
import { FEATURES, pathOf } from '../../test/support/compatibility.ts';
import { HELM_MAJORS } from '../../test/support/helm.ts';
import { apiResources } from './kinds.ts';
import { type Report, unshown } from './report.ts';
import { columnsOf, tableOf } from './table.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const TESTS = FEATURES.flatMap((feature) =>
  CLIENTS.flatMap((client) => (feature[client] === undefined ? [] : [feature[client]])),
);
type Results = Report['testResults'][number]['assertionResults'];
const unique = [...new Map(TESTS.map((test) => [test.join(' '), test])).values()];

it('is what the data and the pinned versions say', () => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/generate-compatibility.mjs'), '--check']);
  const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  const clients = [
    ...HELM_MAJORS.map((major) => `Helm ${major}`),
    `client-node ${devDependencies['@kubernetes/client-node']}`,
    ...CLIENT_GO_VERSIONS.map((version) => `client-go ${version}`),
    ...[`k9s (client-go ${K9S_CLIENT_GO})`, 'Headlamp'],
  ];
  const [heads = ''] = /^\|.*browser.*$/m.exec(read('docs/compatibility.md')) ?? [];
  expect(heads.split('|').map((head) => head.trim())).toEqual([
    ...['', '', ...[29, 30, 31, 32, 33, 34, 35].map((minor) => `kubectl 1.${minor}`), ...clients, 'browser', ''],
  ]);
  expect(FEATURES.length).toBeGreaterThanOrEqual(40);
});

it('lists kinds by group and name, each in its preferred version', () => {
  const kind = { shortNames: [], namespaced: true, version: 'v1' };
  const kinds = [
    { ...kind, group: 'apps', plural: 'sets', kind: 'Set', shortNames: ['s', 'st'] },
    { ...kind, group: 'apps', plural: 'sets', kind: 'Set', version: 'v1beta1' },
    { ...kind, group: '', plural: 'pods', kind: 'Pod' },
    { ...kind, group: '', plural: 'nodes', kind: 'Node', namespaced: false },
  ];
  expect(apiResources(kinds as unknown as Parameters<typeof apiResources>[0]).split('\n')).toEqual([
    'NAME    SHORTNAMES   APIVERSION   NAMESPACED   KIND',
    'nodes                v1           false        Node',
    'pods                 v1           true         Pod',
    'sets    s,st         apps/v1      true         Set',
  ]);
});

it.each(unique)('names a test that exists: %s %s', (file, title) => {
  const source = read(pathOf([file, title]));
  expect(["'", '"', '`'].some((quote) => source.includes(quote + title))).toBe(true);
});

describe('against the report of a run', () => {
  const columns = columnsOf({
    ...{ kubectl: [30, 34], otherKubectl: [], helm: [3], clientNode: '1.0.0', clientGo: ['0.34', '0.35'], k9s: '0.35' },
  });
  const feature = { feature: 'exec', kubectl: ['streaming.test.ts', 'runs '] satisfies TestName };
  const result = (minor: string, status: string) => ({
    ...{ ancestorTitles: ['streaming (embedded)', `${minor} over SPDY`], title: 'runs commands', status },
  });
  const report = (...assertionResults: Results): Report => ({
    testResults: [{ name: '/x/test/e2e/streaming.test.ts', assertionResults }],
  });
  const complaints = (...results: Results) => unshown([feature], columns, report(...results), pathOf);

  it('is silent when every cell has passed', () => {
    expect(complaints(result('1.30', 'passed'), result('1.34', 'passed'))).toEqual([]);
  });
  it.each([
    ['failed', [result('1.30', 'passed'), result('1.34', 'passed'), result('1.34', 'failed')]],
    ['was skipped', [result('1.30', 'passed'), result('1.34', 'skipped')]],
    ['is not there', [result('1.30', 'passed')]],
  ])('complains of a cell whose test %s', (_, results) => {
    expect(complaints(...results)).toEqual(['exec with kubectl 1.34: test/e2e/streaming.test.ts "runs " did not pass']);
  });

  it('leaves the cells of older clients empty', () => {
    const table = tableOf([{ ...feature, sinceKubectl: 34 }], columns, String);
    expect(table).toMatch(/^\| exec \| +\| +\[✓\]\[t1\] +\|( +\|){7}$/m);
    const since = { feature: 'exec', clientGo: feature.kubectl, sinceClientGo: '0.35' };
    expect(tableOf([since], columns, String)).toMatch(/^\| exec \|( +\|){5} +\[✓\]\[t1\] +\|( +\|){3}$/m);
  });
});
