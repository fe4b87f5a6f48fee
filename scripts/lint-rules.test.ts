/** A checker that finds nothing must be shown to find a planted fault: what biome.json is there to refuse. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

const FAULTS: Readonly<Record<string, string>> = {
  'src/values/upward.ts': "import { openStorage } from '../storage/storage.ts';\n\nexport const x = openStorage;\n",
  'src/kubelet/sideways.ts': "import { x } from '../controllers/x.ts';\n\nexport const y = x;\n",
  'src/api/driver.ts': "import pg from 'pg';\n\nexport const pool = new pg.Pool();\n",
  'src/registry/queue.ts': "import { Queue } from 'bullmq';\n\nexport const queue = Queue;\n",
  'src/cli/environment.ts': 'export const home = process.env.HOME;\n',
  'src/values/one.ts': "import { two } from './two.ts';\n\nexport const one = (): number => two() + 1;\n",
  'src/values/two.ts': "import { one } from './one.ts';\n\nexport const two = (): number => one() + 1;\n",
  'src/values/silent.ts': 'export function silent(run: () => void): void {\n  try {\n    run();\n  } catch {}\n}\n',
};
const CLEAN = { 'src/registry/downward.ts': "import { one } from '../values/number.ts';\n\nexport const x = one;\n" };
const EXPECTED: Readonly<Record<string, string>> = {
  'src/values/upward.ts': 'noRestrictedImports',
  'src/kubelet/sideways.ts': 'noRestrictedImports',
  'src/api/driver.ts': 'noRestrictedImports',
  'src/registry/queue.ts': 'noRestrictedImports',
  'src/cli/environment.ts': 'noProcessEnv',
  'src/values/one.ts': 'noImportCycles',
  'src/values/silent.ts': 'noEmptyBlockStatements',
};

interface Report {
  diagnostics: { category: string; location: { path: string | { file: string } } }[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-lint-'));
  await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
  for (const [path, text] of Object.entries({ ...FAULTS, ...CLEAN })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

function lint(): Promise<Report> {
  const args = [BIOME, 'lint', '--vcs-enabled=false', '--reporter=json', '.'];
  return new Promise((resolveReport, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) {
        reject(new Error(`biome found nothing: ${stderr}`));
      } else {
        resolveReport(JSON.parse(stdout) as Report);
      }
    });
  });
}

describe('the lint rules', () => {
  it('find every planted fault, and nothing where there is none', async () => {
    const { diagnostics } = await lint();
    const found = diagnostics.map(({ category, location: { path } }) => {
      const file = typeof path === 'string' ? path : path.file;
      return `${file.replaceAll('\\', '/')}: ${category.split('/').at(-1)}`;
    });
    for (const [path, rule] of Object.entries(EXPECTED)) {
      expect(found).toContain(`${path}: ${rule}`);
    }
    expect(found.filter((line) => line.startsWith('src/registry/downward.ts'))).toEqual([]);
  });
});
