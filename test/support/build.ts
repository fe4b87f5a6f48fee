/** The e2e tests run the program as it is installed: built first, also after an `npm ci --ignore-scripts`. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

export default function build(): void {
  execFileSync(process.execPath, [resolve(import.meta.dirname, '../../scripts/build.mjs')], { stdio: 'inherit' });
}
