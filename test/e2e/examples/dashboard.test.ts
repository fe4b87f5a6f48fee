/** examples/dashboard: its server as a process, its page in a real browser. */
import { request } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, missingBrowser } from '../../support/browser.ts';
import { ExampleProcess } from '../../support/example-process.ts';
import { missing, modeTitle, useFlotilla } from '../../support/fleet.ts';
import { freePort } from '../../support/free-port.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { until } from '../../support/until.ts';

const title = `${modeTitle('the page')}${missingBrowser === undefined ? '' : `: ${missingBrowser}`}`;

describe.skipIf(missing !== undefined || missingBrowser !== undefined)(title, () => {
  const flotilla = useFlotilla();
  let kubectl: Kubectl;
  let server: ExampleProcess;
  let address: string;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const port = await freePort();
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
    server = new ExampleProcess('examples/dashboard/serve.js', flotilla().kubeconfig, ['--port', String(port)]);
    const [, printed = ''] = await server.printed(/^(http:\/\/\S+)\/ shows the fleet/m);
    address = printed;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.end();
    await kubectl?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        complaints.push(message.text());
      }
    });
    await page.goto(address);
    await page.getByRole('status').getByText('live').waitFor();
    return () => page.close();
  });

  const says = (selector: string, text: RegExp): Promise<unknown> =>
    until(
      async () => text.test((await page.locator(selector).textContent()) ?? ''),
      () => `${selector} does not say ${text}`,
    );
  const wanted = () => kubectl.run('get', 'nodepool', 'default', '-o', 'jsonpath={.spec.replicas}');

  it('counts nodes and pods as they come and go', async () => {
    await says('#nodes', /^ready10$/);
    await kubectl.run('create', 'deployment', 'counted', '--image=busybox', '--replicas=4');
    await says('#pods', /^running7$/);
    await kubectl.run('delete', 'deployment', 'counted');
    await says('#pods', /^running3$/);
    expect(complaints).toEqual([]);
  });

  it('scales a pool, and shows what comes of it', async () => {
    const more = page.getByRole('button', { name: 'one more node in default' });
    await more.click();
    await says('#nodes', /^ready11$/);
    expect(await wanted()).toBe('11');
    await more.click();
    await says('#pools', /^default1212/);
    // A row is changed, not made again: the keyboard stays where it was.
    expect(await page.locator('button:focus').getAttribute('aria-label')).toBe('one more node in default');
    const less = page.getByRole('button', { name: 'one node less in default' });
    await less.click();
    await says('#pools', /^default1111/);
    await less.click();
    await says('#nodes', /^ready10$/);
    expect(complaints).toEqual([]);
  });

  it('lists the newest events first', async () => {
    await kubectl.run('run', 'told', '--image=busybox');
    await until(async () => /Pod\/told/.test((await page.locator('#events li').first().textContent()) ?? ''));
    await page.reload();
    await until(async () => /Pod\/told/.test((await page.locator('#events li').first().textContent()) ?? ''));
    await kubectl.run('delete', 'pod', 'told');
  });

  it('finds the server again after a restart, without a reload', async () => {
    await says('#nodes', /^ready10$/);
    await flotilla().kill('SIGKILL');
    await page.getByText('connection lost, trying again').waitFor();
    await flotilla().start();
    await page.getByRole('status').getByText('live').waitFor({ timeout: 60_000 });
    await kubectl.run('scale', 'nodepool', 'default', '--replicas=11');
    await says('#nodes', /^ready11$/);
    await kubectl.run('scale', 'nodepool', 'default', '--replicas=10');
  });

  it.each([
    ['another page', {}, { origin: 'http://evil.example' }],
    ['another name for this address', { host: 'evil.example' }, {}],
  ])('gives nothing to %s', async (_who, host, headers) => {
    const status = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(`${address}${path}`, { headers: { ...host, ...headers } });
        asked.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
        asked.end();
      });
    expect(await status('/api/v1/nodes')).toBe(403);
    expect(await status('/')).toBe(403);
  });
});
