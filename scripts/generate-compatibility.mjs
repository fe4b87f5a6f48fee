/**
 * Writes the list of kinds in docs/compatibility.md, from the table of kinds, and the table of clients, from
 * test/support/compatibility.ts and the versions that the tests pin. Usage: [--check] [--report FILE]: also fails when a test that the table names did not pass, with each
 * version, in the run that vitest's JSON reporter wrote to FILE.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSource, writeOrCheck } from './generated-file.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = 'docs/compatibility.md';
const begin = (part) => `<!-- ${part}: scripts/generate-compatibility.mjs writes what follows -->\n`;
const end = (part) => `<!-- ${part}: end -->\n`;

// Whatever it says for one run.
delete process.env.KUBECTL_MINORS;
const loaded = await loadSource(`
  export { apiResources } from './scripts/compatibility/kinds.ts';
  export { servedKinds } from './src/api/served-kinds.ts';
  export { RESOURCES } from './src/resources/index.ts';
  export { unshown } from './scripts/compatibility/report.ts';
  export { columnsOf, tableOf } from './scripts/compatibility/table.ts';
  export { FEATURES, pathOf } from './test/support/compatibility.ts';
  export { CLIENT_GO_VERSIONS, K9S_CLIENT_GO } from './test/support/client-go.ts';
  export { HELM_MAJORS } from './test/support/helm.ts';
  export { KUBECTL_MINORS, OTHER_KUBECTL_MINORS } from './test/support/kubectl-binary.ts';
`);
const {
  CLIENT_GO_VERSIONS,
  FEATURES,
  HELM_MAJORS,
  K9S_CLIENT_GO,
  KUBECTL_MINORS,
  OTHER_KUBECTL_MINORS,
  columnsOf,
  pathOf,
  tableOf,
  unshown,
} = loaded;
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const columns = columnsOf({
  kubectl: KUBECTL_MINORS,
  otherKubectl: OTHER_KUBECTL_MINORS,
  helm: HELM_MAJORS,
  clientNode: devDependencies['@kubernetes/client-node'],
  clientGo: CLIENT_GO_VERSIONS,
  k9s: K9S_CLIENT_GO,
});

function replaced(text, part, content) {
  const [before, rest] = text.split(begin(part));
  const after = rest?.split(end(part))[1];
  if (after === undefined) {
    throw new Error(`${DOCUMENT} has no ${begin(part)}`);
  }
  return `${before}${begin(part)}\n${content}\n${end(part)}${after}`;
}

const list = loaded.apiResources(loaded.servedKinds({ definitions: () => loaded.RESOURCES }));
const kinds = `\`\`\`\n$ kubectl --kubeconfig .flotilla/kubeconfig api-resources\n${list}\n\`\`\`\n`;
const table = tableOf(FEATURES, columns, (test) => `../${pathOf(test)}`);
const text = readFileSync(join(ROOT, DOCUMENT), 'utf8');
writeOrCheck(
  DOCUMENT,
  replaced(replaced(text, 'kinds', kinds), 'clients', table),
  'scripts/generate-compatibility.mjs',
);

const reportAt = process.argv.indexOf('--report');
if (reportAt !== -1) {
  const report = JSON.parse(readFileSync(process.argv[reportAt + 1], 'utf8'));
  for (const problem of unshown(FEATURES, columns, report, pathOf)) {
    console.error(problem);
    process.exitCode = 1;
  }
}
