/** A headless Chromium of the test's own, from the PATH, through playwright. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page, type Response } from 'playwright-core';

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

/** Opens a page without a session, which is answered with the sign-in page, and signs in there. */
export async function signIn(
  page: Page,
  { server, token }: { readonly server: string; readonly token: string },
  path: string,
): Promise<Response | null> {
  const answer = await page.goto(server + path);
  await page.getByLabel('Bearer token').fill(token);
  await page.getByRole('button').click();
  await page.waitForURL((url) => url.pathname.startsWith(path));
  await page.getByLabel('Bearer token').waitFor({ state: 'detached' });
  return answer;
}
