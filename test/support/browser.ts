/** A headless Chromium of the test's own, from the PATH, through playwright. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-component-update'];
const QUIET = ['--disable-background-networking', '--disable-sync'];

function find(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const executablePath = find();

/** Why there is no browser to test with, for `describe.skipIf`; undefined: there is one. */
export const missingBrowser: string | undefined = executablePath === undefined ? 'no chromium on the PATH' : undefined;

export function launchBrowser(): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error('no chromium on the PATH');
  }
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...QUIET] });
}
