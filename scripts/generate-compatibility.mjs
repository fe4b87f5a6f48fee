/**
 * Writes the table of clients in docs/compatibility.md, from test/support/compatibility.ts and the versions that the
 * tests pin. Usage: [--check] [--report FILE]: also fails when a test that the table names did not pass, with each
 * version, in the run that vitest's JSON reporter wrote to FILE.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSource, writeOrCheck } from './generated-file.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = 'docs/compatibility.md';
const BEGIN = '<!-- clients: scripts/generate-compatibility.mjs writes what follows -->\n';
const END = '<!-- clients: end -->\n';

// Whatever it says for one run.
delete process.env.KUBECTL_MINORS;
const { FEATURES, HELM_MAJORS, KUBECTL_MINORS, columnsOf, pathOf, tableOf, unshown } = await loadSource(`
  export { unshown } from './scripts/compatibility/report.ts';
  export { columnsOf, tableOf } from './scripts/compatibility/table.ts';
  export { FEATURES, pathOf } from './test/support/compatibility.ts';
  export { HELM_MAJORS } from './test/support/helm.ts';
  export { KUBECTL_MINORS } from './test/support/kubectl-binary.ts';
`);
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const columns = columnsOf({
  kubectl: KUBECTL_MINORS,
  helm: HELM_MAJORS,
  clientNode: devDependencies['@kubernetes/client-node'],
});

const text = readFileSync(join(ROOT, DOCUMENT), 'utf8');
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) {
  throw new Error(`${DOCUMENT} has no ${BEGIN}`);
}
const table = tableOf(FEATURES, columns, (test) => `../${pathOf(test)}`);
writeOrCheck(DOCUMENT, `${before}${BEGIN}\n${table}\n${END}${after}`, 'scripts/generate-compatibility.mjs');

const reportAt = process.argv.indexOf('--report');
if (reportAt !== -1) {
  const report = JSON.parse(readFileSync(process.argv[reportAt + 1], 'utf8'));
  for (const problem of unshown(FEATURES, columns, report, pathOf)) {
    console.error(problem);
    process.exitCode = 1;
  }
}
