/**
 * What the generators share: they load the product's own TypeScript, so that a generated file says what the code does,
 * and write it, or with `--check` only exit with 1 when the file is stale.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Node 20 runs no TypeScript: esbuild makes one module of `contents`, which is one with paths from the root. `options`
 * are esbuild's.
 */
export async function loadSource(contents, options = {}) {
  // Inside the package, so that what stays external is found.
  const outfile = join(ROOT, `node_modules/.cache/generate-${process.pid}.mjs`);
  await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    ...options,
    outfile,
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(outfile);
  }
}

export const packageVersion = () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;

/** `path` from the root; `script` is what to run when it is stale. */
export function writeOrCheck(path, text, script) {
  const output = join(ROOT, path);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, text);
  } else if (!existsSync(output) || readFileSync(output, 'utf8') !== text) {
    console.error(`${path} is stale: run node ${script}`);
    process.exitCode = 1;
  }
}
