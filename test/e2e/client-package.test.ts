/** `flotilla/client` as others get it: from the tarball. Every example of docs/client.md is run. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, missingBrowser, signIn } from '../support/browser.ts';
import { readClientExamples } from '../support/client-examples.ts';
import { type Consumer, createConsumer } from '../support/consumer.ts';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { until } from '../support/until.ts';

describe.skipIf(missing !== undefined)(modeTitle('the packed client'), async () => {
  const flotilla = useFlotilla();
  const examples = await readClientExamples();
  let consumer: Consumer;
  beforeAll(async () => {
    consumer = await createConsumer();
    await mkdir(join(consumer.folder, '.flotilla'));
    // The examples show the first fleet when it is whole.
    await until(async () => {
      const { text } = await flotilla().request('/api/v1/namespaces/default/pods?labelSelector=app%3Dhello');
      return (JSON.parse(text) as { items: unknown[] }).items.length === 3;
    });
    await cp(flotilla().kubeconfig, join(consumer.folder, '.flotilla/kubeconfig'));
  });
  afterAll(() => consumer?.remove());

  it.each(examples.filter(({ isBrowser }) => !isBrowser).map((example, index) => ({ ...example, index })))(
    'runs example $index',
    async ({ code, output, index }) => {
      await consumer.write(`example-${index}.mjs`, code);
      expect(await consumer.node(`example-${index}.mjs`)).toBe(output);
    },
  );

  describe.skipIf(missingBrowser !== undefined)('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(() => browser?.close());

    it.each(examples.filter(({ isBrowser }) => isBrowser))('runs the example, bundled', async ({ code }) => {
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: consumer.folder },
        ...{ bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022' },
      });
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await signIn(page, await flotilla().access(), '/dashboard');
      const script = { contentType: 'text/javascript', body: outputFiles[0]?.text ?? '' };
      await page.route('**/dashboard/example.js', (route) => route.fulfill(script));
      await page.addScriptTag({ url: '/dashboard/example.js', type: 'module' });
      await until(async () => (await page.title()) === 'the fleet is here');
      await context.close();
    });
  });
});
