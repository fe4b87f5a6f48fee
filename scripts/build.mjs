// Bundles src/ into dist/ with esbuild, and writes the types of the client with tsc. Packages stay outside; JSON files
// are inlined. Does nothing when dist/ was made from the same inputs, so that `npm start` may always call it. Usage:
// node scripts/build.mjs [--force]
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const stampFile = join(root, 'dist/build.json');

/** Each goes to a folder of its own. */
const BUNDLES = [
  {
    entryPoints: { main: 'src/main.ts', 'heavy-thread': 'src/heavy-work/heavy-thread.ts' },
    outdir: 'dist',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // `compose.ts` is imported when it is needed, so that `flotilla status` starts without the server's packages.
    splitting: true,
    chunkNames: '[name]-[hash]',
  },
  {
    entryPoints: ['main.ts', 'main.css', 'index.html'].map((file) => `src/dashboard/${file}`),
    outdir: 'dist/dashboard',
    platform: 'browser',
    target: 'es2022',
    loader: { '.html': 'copy' },
    entryNames: '[name]',
    minify: true,
  },
  {
    entryPoints: { node: 'src/client/node.ts' },
    outdir: 'dist/client',
    platform: 'node',
    target: 'node20',
    packages: 'external',
  },
  {
    // Whole, so that a page may load it without a bundler.
    entryPoints: { browser: 'src/client/browser.ts' },
    outdir: 'dist/client',
    platform: 'browser',
    target: 'es2022',
    minify: true,
  },
];

const SHARED = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
};

/** Content, not times: a checkout or a restored cache changes times. */
function digest(paths) {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    const file = join(root, path);
    hash
      .update(path)
      .update('\0')
      .update(existsSync(file) ? readFileSync(file) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    // None yet, or one that an interrupted build left: build.
    return undefined;
  }
}

const isUpToDate = (stamp) =>
  stamp !== undefined &&
  digest(stamp.inputs) === stamp.sha256 &&
  stamp.outputs.every((path) => existsSync(join(root, path)));

async function loadEsbuild() {
  try {
    return await import('esbuild');
  } catch {
    process.stderr.write('flotilla: esbuild is missing, so dist/ cannot be built: run npm ci\n');
    process.exit(1);
  }
}

const filesBelow = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** The .d.ts files of `flotilla/client`. */
async function declareClient() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', 'src/client/tsconfig.build.json'], { cwd: root });
  } catch (error) {
    process.stderr.write(error.stdout);
    throw error;
  }
  return { inputs: filesBelow('src/client'), outputs: filesBelow('dist/client/types') };
}

async function bundleAll() {
  const { build: bundle } = await loadEsbuild();
  const results = await Promise.all(BUNDLES.map((options) => bundle({ ...SHARED, ...options })));
  return {
    inputs: results.flatMap(({ metafile }) => Object.keys(metafile.inputs)),
    outputs: results.flatMap(({ metafile }) => Object.keys(metafile.outputs)),
  };
}

/** Read at run time, beside the bundle. */
const COPIES = {
  'src/runtimes/cri/proto/api.proto': 'dist/proto/api.proto',
  'src/runtimes/process/shim.mjs': 'dist/shim.mjs',
};

function copyAll() {
  for (const [from, to] of Object.entries(COPIES)) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(join(root, from), join(root, to));
  }
  return { inputs: Object.keys(COPIES), outputs: Object.values(COPIES) };
}

async function build(previous) {
  const startedAt = performance.now();
  // One after another: a failure leaves no child that still writes.
  const types = await declareClient();
  const bundles = await bundleAll();
  const copies = copyAll();
  const inputs = ['scripts/build.mjs', ...bundles.inputs, ...types.inputs, ...copies.inputs];
  const outputs = [...bundles.outputs, ...types.outputs, ...copies.outputs];
  for (const path of previous?.outputs.filter((output) => !outputs.includes(output)) ?? []) {
    rmSync(join(root, path), { force: true });
  }
  writeFileSync(stampFile, JSON.stringify({ sha256: digest(inputs), inputs, outputs }));
  process.stderr.write(`Built dist/ in ${Math.round(performance.now() - startedAt)} ms\n`);
}

const stamp = readStamp();
if (process.argv.includes('--force') || !isUpToDate(stamp)) {
  // esbuild and tsc have printed each error with its place.
  await build(stamp).catch(() => process.exit(1));
}
