import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RESOURCES } from '../../resources/index.ts';
import type { ApiContext } from '../context.ts';
import { registerDocs } from './register-docs.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify({ exposeHeadRoutes: false, routerOptions: { ignoreTrailingSlash: true } });
  await app.register(helmet);
  await registerDocs(app, { registry: { definitions: () => RESOURCES }, version: '1.2.3' } as unknown as ApiContext);
  await app.ready();
});
afterAll(() => app.close());

const get = (url: string) => app.inject({ method: 'GET', url });

it.each(['/docs', '/docs/'])('serves the page at %s, every file of it from here', async (url) => {
  const page = await get(url);
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-type']).toContain('text/html');
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, file = '']) => new URL(file, `https://host${url}`),
  );
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    expect(file.host).toBe('host');
    expect((await get(file.pathname)).statusCode, file.pathname).toBe(200);
  }
});

it('keeps to the policy of the server: scripts from here only, none inline', async () => {
  const page = await get('/docs');
  expect(page.headers['content-security-policy']).toBe((await get('/elsewhere')).headers['content-security-policy']);
  expect(page.headers['content-security-policy']).toContain("script-src 'self';");
  expect(page.body).not.toMatch(/<script>|onload=/);
});

it('serves the whole document as JSON and as YAML', async () => {
  const json = (await get('/docs/json')).json();
  expect(json.info).toMatchObject({ title: 'Flotilla', version: '1.2.3' });
  expect(json.components.schemas).toHaveProperty(['io.k8s.api.core.v1.Pod']);
  expect((await get('/docs/yaml')).body).toContain('openapi: 3.0.3');
});

it('decorates nothing outside of itself', () => {
  expect(app.hasDecorator('swagger')).toBe(false);
});
