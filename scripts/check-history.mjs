// Runs seeded histories with faults and judges each: test/history/. One line a run, then a table.
// Usage: node scripts/check-history.mjs [--runs N] [--from SEED] | --seed SEED
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
// Two folders below the root, as src/storage is: the migrations are found from there.
const outfile = join(root, 'node_modules/.history/check-program.mjs');
await build({
  entryPoints: [join(root, 'test/history/check-program.ts')],
  ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
  logLevel: 'error',
});
await import(outfile);
