// `npm run bench [-- --only NAME] [--quick] [--name RESULT] [--rounds N] [--profile FOLDER]`: builds the server, bundles
// this folder's programs and runs main.ts. docs/performance.md says what is measured and how.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const outdir = join(root, 'node_modules/.bench');
const programs = readdirSync(join(root, 'bench/load')).filter((name) => name.endsWith('-program.ts'));

const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
if (built.status !== 0) {
  process.exit(1);
}
await build({
  entryPoints: [join(root, 'bench/main.ts'), ...programs.map((name) => join(root, 'bench/load', name))],
  entryNames: '[name]',
  outExtension: { '.js': '.mjs' },
  ...{ outdir, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
  logLevel: 'error',
});

// Signals of a terminal reach both; the child ends what it started.
process.on('SIGINT', () => undefined);
const child = spawn(process.execPath, [join(outdir, 'main.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('close', (code) => process.exit(code ?? 1));
