// `npm run bench [-- --only NAME] [--shape TEXT] [--quick] [--name RESULT] [--rounds N] [--profile FOLDER]` and `npm run soak`: builds
// the server, bundles this folder's programs and runs the one named by the first argument. docs/performance.md says what
// is measured and how.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
// Not in node_modules, which worktrees share: the programs find the checkout by where they lie.
const outdir = join(root, '.bench/programs');
const programs = readdirSync(join(root, 'bench/load')).filter((name) => name.endsWith('-program.ts'));

const built = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
if (built.status !== 0) {
  process.exit(1);
}
await build({
  entryPoints: [
    join(root, 'bench/main.ts'),
    join(root, 'bench/soak.ts'),
    join(root, 'bench/density.ts'),
    ...programs.map((name) => join(root, 'bench/load', name)),
  ],
  entryNames: '[name]',
  outExtension: { '.js': '.mjs' },
  ...{ outdir, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
  logLevel: 'error',
});
// The CRI's client reads it beside the program.
cpSync(join(root, 'src/runtimes/cri/proto'), join(outdir, 'proto'), { recursive: true });

// Signals of a terminal reach both; the child ends what it started.
process.on('SIGINT', () => undefined);
const [entry = 'main', ...args] = process.argv.slice(2);
const child = spawn(process.execPath, [join(outdir, `${entry}.mjs`), ...args], { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('close', (code) => process.exit(code ?? 1));
