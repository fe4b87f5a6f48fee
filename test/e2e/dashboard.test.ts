/** The dashboard and the docs in a real browser: sign in, live numbers, nothing in the console. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, missingBrowser, signIn as signInAt } from '../support/browser.ts';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { until } from '../support/until.ts';

const title = `${modeTitle('the dashboard')}${missingBrowser === undefined ? '' : `: ${missingBrowser}`}`;
const SCALE = '/apis/fleet.flotilla.dev/v1alpha1/nodepools/default/scale';

describe.skipIf(missing !== undefined || missingBrowser !== undefined)(title, () => {
  const flotilla = useFlotilla();
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the console of the page said beyond what the test expects of it. */
  let complaints: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        complaints.push(message.text());
      }
    });
  });
  afterEach(() => context.close());

  async function signIn(path: string): Promise<void> {
    const answer = await signInAt(page, await flotilla().access(), path);
    expect(answer?.status()).toBe(401);
    // Chromium itself reports the 401 of the first answer.
    complaints = complaints.filter((text) => !/status of 401/.test(text));
  }
  const summary = async (): Promise<string> => (await page.locator('#summary').textContent()) ?? '';
  const isShown = (text: RegExp): Promise<unknown> =>
    until(
      async () => text.test(await summary()),
      () => `not ${text}`,
    );
  const scale = async (replicas: number): Promise<void> => {
    const answer = await flotilla().request(SCALE, {
      method: 'PATCH',
      body: JSON.stringify({ spec: { replicas } }),
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(answer.status, answer.text).toBe(200);
  };

  it('refuses a wrong token with a message and keeps asking', async () => {
    const { server } = await flotilla().access();
    await page.goto(`${server}/dashboard`);
    await page.getByLabel('Bearer token').fill('wrong');
    await page.getByRole('button').click();
    await page.getByText('This token is not known here.').waitFor();
    expect(page.url()).not.toContain('wrong');
  });

  it('signs in and shows the fleet live: scaling a pool changes the numbers', async () => {
    await signIn('/dashboard');
    await page.getByRole('status').getByText('live').waitFor();
    await isShown(/10 \/ 10nodes ready.*1node pools/);
    await scale(13);
    await isShown(/13 \/ 13nodes ready/);
    expect(await page.locator('#nodes li').count()).toBe(13);
    expect(await page.locator('#pools tr').first().textContent()).toContain('default');
    await scale(10);
    await isShown(/10 \/ 10nodes ready/);
    await page.getByLabel('Filter').fill('hello');
    await until(async () => (await page.locator('#pods tr').count()) === 3);
    await page.getByLabel('Filter').fill('no such pod');
    await until(async () => (await page.locator('#pods tr').count()) === 0);
    expect(complaints).toEqual([]);
  });

  it('signs out', async () => {
    await signIn('/dashboard');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Bearer token').waitFor();
  });

  it('serves the docs of the API, which work offline', async () => {
    const foreign: string[] = [];
    const { server } = await flotilla().access();
    page.on('request', (request) => {
      if (!request.url().startsWith(server) && !request.url().startsWith('data:')) {
        foreign.push(request.url());
      }
    });
    await signIn('/docs');
    await page.locator('.swagger-ui .info .title').waitFor();
    expect(await page.locator('.swagger-ui .opblock-tag').count()).toBeGreaterThan(0);
    expect([complaints, foreign]).toEqual([[], []]);
  });

  it('finds the server again after a restart, without a reload', async () => {
    await signIn('/dashboard');
    await isShown(/10 \/ 10nodes ready/);
    await flotilla().kill('SIGKILL');
    await page.getByText('connection lost, trying again…').waitFor();
    await flotilla().start();
    await page.getByRole('status').getByText('live').waitFor({ timeout: 30_000 });
    await scale(11);
    await isShown(/11 \/ 11nodes ready/);
    await scale(10);
  });
});
