/** Programs of this folder as files that Node runs. They find the repository's packages and `migrations/` from there. */
import { join } from 'node:path';
import { build } from 'esbuild';

export async function bundle(root: string, program: string): Promise<string> {
  const outfile = join(root, 'node_modules/.history', `${program}.mjs`);
  await build({
    entryPoints: [join(root, 'test/history', `${program}.ts`)],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
    logLevel: 'error',
  });
  return outfile;
}
