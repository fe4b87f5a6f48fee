/** A project that has installed Flotilla from its packed tarball; what it depends on is linked, so that no network is needed. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const run = promisify(execFile);

export interface Consumer {
  readonly folder: string;
  write(name: string, text: string): Promise<void>;
  /** Rejects with the output when the exit code is not 0. */
  node(...args: string[]): Promise<string>;
  /** `compiler`: a package that holds bin/tsc. */
  compile(compiler: string, ...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

/** Without scripts: `dist/` has been built before the tests. */
export async function createConsumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-consumer-'));
  const node = async (...args: string[]): Promise<string> => {
    try {
      return (await run(process.execPath, args, { cwd: folder, timeout: 110_000 })).stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`node ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
    }
  };
  await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: ROOT });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  const installed = join(folder, 'node_modules/flotilla');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1']);
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', 'undici', 'ws', 'yaml']) {
    await symlink(join(MODULES, name), join(folder, 'node_modules', name));
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return {
    folder,
    node,
    write: (name, text) => writeFile(join(folder, name), text),
    compile: (compiler, ...args) => node(join(MODULES, compiler, 'bin/tsc'), ...args),
    remove: () => rm(folder, { recursive: true }),
  };
}
