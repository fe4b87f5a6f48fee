/** The same tests on each pinned kubectl, with a namespace of its own each, and tables of what is typed and shown. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { missing, modeTitle, useFlotilla } from './fleet.ts';
import { Kubectl, type Outcome, type RunOptions } from './kubectl.ts';
import { KUBECTL_MINORS, type KubectlMinor } from './kubectl-binary.ts';
import { until } from './until.ts';

/**
 * What is typed, and what kubectl prints on its output: all of it as a string, something in it as a RegExp. `! get x`
 * must fail, and it is the error output that is compared; `~ get x` is repeated until it fits.
 */
export type Step = readonly [typed: string, printed: string | RegExp];

export interface KubectlSuite {
  readonly minor: KubectlMinor;
  readonly namespace: string;
  /** For manifests, and the working directory of nothing. */
  folder(): string;
  kubectl(): Kubectl;
  /** In the namespace; throws when kubectl fails. */
  run(typed: string): Promise<string>;
  json<T>(typed: string): Promise<T>;
  outcome(typed: string, options?: RunOptions): Promise<Outcome>;
  steps(...steps: readonly Step[]): Promise<void>;
  /** Writes a file for `-f`; returns its path. */
  file(name: string, content: string | object): Promise<string>;
}

/** As a shell would, for single quotes and blanks. */
export const words = (typed: string): string[] =>
  (typed.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));

const fits = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text === wanted : wanted.test(text);

function createSuite(minor: KubectlMinor, namespace: string, kubeconfig: () => string): KubectlSuite {
  let kubectl: Kubectl | undefined;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla-verbs-'));
    kubectl = await Kubectl.create(minor, kubeconfig());
    await kubectl.run('create', 'namespace', namespace);
  });
  afterAll(async () => {
    await kubectl?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const get = (): Kubectl => {
    if (kubectl === undefined) {
      throw new Error('asked for before it was started');
    }
    return kubectl;
  };
  const full = (typed: string): string[] => ['-n', namespace, ...words(typed.replaceAll('DIR', folder))];
  const outcome = (typed: string, options?: RunOptions): Promise<Outcome> => get().outcome(full(typed), options);
  const run = (typed: string): Promise<string> => get().run(...full(typed));

  async function step([typed, printed]: Step): Promise<void> {
    const command = typed.replace(/^[!~] /, '');
    if (typed.startsWith('~ ')) {
      let last = '';
      const probe = async (): Promise<boolean> => {
        last = (await outcome(command)).stdout;
        return fits(last, printed);
      };
      await until(probe, () => `${command} printed ${last}, not ${printed}`);
      return;
    }
    const { code, stdout, stderr } = await outcome(command);
    const isRefused = typed.startsWith('! ');
    expect({ command, failed: code !== 0, stderr }).toEqual({ command, failed: isRefused, stderr });
    const text = isRefused ? stderr : stdout;
    if (typeof printed === 'string') {
      expect(text, command).toBe(printed);
    } else {
      expect(text, command).toMatch(printed);
    }
  }

  return {
    ...{ minor, namespace, folder: () => folder, kubectl: get, run, outcome },
    json: async <T>(typed: string) => JSON.parse(await run(`${typed} -o json`)) as T,
    async steps(...steps) {
      for (const each of steps) {
        await step(each);
      }
    },
    async file(name, content) {
      const path = join(folder, name);
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
  };
}

/** One fleet for the file. */
export function eachKubectl(title: string, define: (suite: KubectlSuite) => void): void {
  describe.skipIf(missing !== undefined)(modeTitle(title), () => {
    const flotilla = useFlotilla();
    describe.each(KUBECTL_MINORS)('1.%i', (minor) => {
      const namespace = `${title.replaceAll(/[^a-z]+/g, '-')}-${minor}`;
      define(createSuite(minor, namespace, () => flotilla().kubeconfig));
    });
  });
}
