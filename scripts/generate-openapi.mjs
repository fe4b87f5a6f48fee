/**
 * Writes openapi/openapi.json: the document that `/docs` serves, made of the same code. `--check` writes nothing and
 * exits with 1 when the file is stale. Node 20 runs no TypeScript, so esbuild makes one module of that code first.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'openapi/openapi.json');
/** Inside the package, so that what stays external is found. */
const MODULE = join(ROOT, `node_modules/.cache/generate-openapi-${process.pid}.mjs`);

async function load() {
  const contents = `
    export { RESOURCES } from './src/resources/index.ts';
    export { wholeDocument } from './src/api/openapi/whole-document.ts';`;
  await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile: MODULE,
  });
  try {
    return await import(pathToFileURL(MODULE).href);
  } finally {
    rmSync(MODULE);
  }
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const { RESOURCES, wholeDocument } = await load();
const text = `${JSON.stringify(wholeDocument(RESOURCES, version), null, 1)}\n`;
if (!process.argv.includes('--check')) {
  mkdirSync(join(ROOT, 'openapi'), { recursive: true });
  writeFileSync(OUTPUT, text);
} else if (!existsSync(OUTPUT) || readFileSync(OUTPUT, 'utf8') !== text) {
  console.error('openapi/openapi.json is stale: run node scripts/generate-openapi.mjs');
  process.exitCode = 1;
}
