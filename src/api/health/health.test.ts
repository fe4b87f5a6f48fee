import { afterEach, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';

let api: ApiFixture;
afterEach(() => api.close());

const failing = {
  name: 'postgres',
  check: async () => {
    throw new Error('password wrong');
  },
};
const fine = { name: 'queue', check: async () => undefined };

it('is ready when every part is', async () => {
  api = await apiFixture({ healthChecks: [fine] });
  expect((await api.call('GET', '/readyz')).text).toBe('ok');
  expect((await api.call('GET', '/readyz?verbose')).text).toBe(
    '[+]ping ok\n[+]queue ok\n[+]shutdown ok\nreadyz check passed\n',
  );
  expect((await api.call('GET', '/readyz/queue')).text).toBe('ok');
  expect((await api.call('GET', '/readyz/nothing')).code).toBe(404);
});

it.each(['/livez', '/readyz'])('answers HEAD %s as GET, without a body and without credentials', async (url) => {
  api = await apiFixture({ healthChecks: [fine] });
  const head = await api.app.inject({ method: 'HEAD', url });
  const get = await api.app.inject({ method: 'GET', url });
  expect([head.statusCode, head.body]).toEqual([200, '']);
  expect(head.headers['content-type']).toBe(get.headers['content-type']);
  expect(head.headers['content-length']).toBe(String(get.body.length));
});

it('names the part that is not, and never why', async () => {
  api = await apiFixture({ healthChecks: [failing, fine] });
  const answer = await api.call('GET', '/readyz');
  expect(answer.code).toBe(500);
  expect(answer.text).toContain('[-]postgres failed: reason withheld\n');
  expect(answer.text).not.toContain('password');
  expect((await api.call('GET', '/livez')).code).toBe(200);
  expect((await api.call('GET', '/healthz')).code).toBe(500);
  expect((await api.call('GET', '/readyz?exclude=postgres')).code).toBe(200);
  expect((await api.call('GET', '/readyz?verbose&exclude=postgres&exclude=x')).text).toBe(
    '[+]ping ok\n[+]postgres excluded: ok\n[+]queue ok\n[+]shutdown ok\n' +
      'warn: some health checks cannot be excluded: no matches for "x"\nreadyz check passed\n',
  );
});

it('is not ready once it is to stop', async () => {
  api = await apiFixture();
  api.stop.abort();
  expect((await api.call('GET', '/readyz')).code).toBe(500);
  expect((await api.call('GET', '/livez')).code).toBe(200);
});

it('says which Kubernetes it speaks', async () => {
  api = await apiFixture({ version: '9.9.9' });
  expect((await api.call('GET', '/version')).json).toMatchObject({
    major: '1',
    minor: '34',
    gitVersion: 'v1.34.0+flotilla-9.9.9',
    platform: 'linux/amd64',
  });
});
