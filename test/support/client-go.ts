/** The program of test/e2e/client-go, built with one version of client-go. Needs Go and its modules. */
import { execFile, execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = resolve(import.meta.dirname, '../e2e/client-go');
const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/flotilla-client-go');
const DOWNLOAD_MS = 120_000;
const SCENARIO_MS = 150_000;
/** The first build on a machine compiles all of client-go. */
export const BUILD_MS = 600_000;

/** Minor version → the module file that pins it. */
const MODULE_FILES = { '0.34': 'go.mod', '0.35': 'client-go-0.35.mod' } as const;
export type ClientGoVersion = keyof typeof MODULE_FILES;
export const CLIENT_GO_VERSIONS: readonly ClientGoVersion[] = ['0.34', '0.35'];
/** What the newest k9s is built with. */
export const K9S_CLIENT_GO: ClientGoVersion = '0.35';

/** Why there is none, for `describe.skipIf`; undefined: there is. */
export function missingClientGo(): string | undefined {
  try {
    for (const version of CLIENT_GO_VERSIONS) {
      const flags = [`-modfile=${MODULE_FILES[version]}`];
      execFileSync('go', ['mod', 'download', ...flags], { cwd: FOLDER, timeout: DOWNLOAD_MS, stdio: 'ignore' });
    }
    return undefined;
  } catch {
    return 'no go on this machine, or no modules for it';
  }
}

export class ClientGo {
  readonly #binary: string;

  private constructor(binary: string) {
    this.#binary = binary;
  }

  static async build(version: ClientGoVersion): Promise<ClientGo> {
    const binary = resolve(CACHE, `client-${version}-${process.pid}`);
    await run('go', ['build', `-modfile=${MODULE_FILES[version]}`, '-o', binary, '.'], { cwd: FOLDER });
    return new ClientGo(binary);
  }

  /** What the scenario saw, and what client-go complained of. Rejects with its panic when it went wrong. */
  async run<T>(scenario: string, kubeconfig: string, namespace: string): Promise<{ saw: T; stderr: string }> {
    const { stdout, stderr } = await run(this.#binary, [kubeconfig, namespace, scenario], { timeout: SCENARIO_MS });
    return { saw: JSON.parse(stdout) as T, stderr };
  }

  close(): Promise<void> {
    return rm(this.#binary, { force: true });
  }
}
