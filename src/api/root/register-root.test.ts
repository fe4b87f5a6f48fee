import fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { apiFixture } from '../../../test/support/api-fixture.ts';
import { registerRoot } from './register-root.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };

function appWith(...readable: string[]): FastifyInstance {
  const app = fastify();
  registerRoot(app, { readable: new Set(readable) });
  return app;
}

describe('GET /', () => {
  it('lists the paths of the server and none of objects', async () => {
    const api = await apiFixture();
    const { code, json } = await api.call('GET', '/');
    expect(code).toBe(200);
    expect(Object.keys(json)).toEqual(['paths']);
    expect(json.paths).toEqual([...json.paths].sort());
    expect(json.paths).toEqual(
      expect.arrayContaining(['/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/healthz', '/version']),
    );
    expect(json.paths.filter((path: string) => /[:*]|pods|deployments|stream|bulk|login/.test(path))).toEqual([]);
    await api.close();
  });

  it.each([
    ['a browser', BROWSER, 302],
    ['kubectl', { accept: 'application/json, */*' }, 200],
    ['a client that takes HTML last', { accept: 'application/json, text/html;q=0.1' }, 200],
    ['a client that says nothing', {}, 200],
  ])('%s', async (_, headers, code) => {
    const answer = await appWith('/dashboard', '/version').inject({ method: 'GET', url: '/', headers });
    expect(answer.statusCode).toBe(code);
    expect(answer.headers.location).toBe(code === 302 ? '/dashboard/' : undefined);
    expect(answer.headers['vary']).toBe('Accept');
  });

  it('leads nowhere where no dashboard was built', async () => {
    const answer = await appWith('/version').inject({ method: 'GET', url: '/', headers: BROWSER });
    expect([answer.statusCode, answer.json()]).toEqual([200, { paths: ['/version'] }]);
  });
});
