/** Each mistake gets the Status that Kubernetes gives, and changes nothing. */
import { readFile } from 'node:fs/promises';
import { request as plainRequest } from 'undici';
import { beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { json, MISTAKES, PODS, post } from '../support/mistakes.ts';
import { until } from '../support/until.ts';

interface Status {
  kind: string;
  status: string;
  reason: string;
  code: number;
  message: string;
}
describe.skipIf(missing !== undefined)(modeTitle('bad input'), () => {
  const flotilla = useFlotilla({ args: ['--empty'] });
  const revision = async (): Promise<string> => {
    const answer = JSON.parse((await flotilla().request(PODS)).text) as { metadata: { resourceVersion: string } };
    return answer.metadata.resourceVersion;
  };

  // The last that a start writes: from then on nothing changes by itself. How long it took is no mistake's matter.
  beforeAll(async () => {
    await until(async () => {
      const accounts = JSON.parse((await flotilla().request('/api/v1/serviceaccounts')).text) as { items: object[] };
      const namespaces = JSON.parse((await flotilla().request('/api/v1/namespaces')).text) as { items: object[] };
      return accounts.items.length === namespaces.items.length;
    });
    expect((await flotilla().request('/metrics')).status).toBe(200);
  });

  it.each(MISTAKES)('$title: $code $reason', async ({ path, code, reason, message, ...init }) => {
    const before = await revision();
    const answer = await flotilla().request(path, init);
    const status = JSON.parse(answer.text) as Status;
    expect(status).toMatchObject({ kind: 'Status', status: 'Failure', reason, code });
    expect(answer.status).toBe(code);
    expect(status.message).toMatch(message);
    expect(await revision()).toBe(before);
  });

  it('none of them held up the server', async () => {
    const lag = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec((await flotilla().request('/metrics')).text)?.[1];
    // A bomb that went off would take seconds; a busy machine takes tenths.
    expect(Number(lag)).toBeLessThan(1);
  });

  it.each(['wrong', '', 'x'.repeat(5_000)])('a wrong token (%#): 401 Unauthorized', async (token) => {
    const { server, ca } = await flotilla().access();
    const { Agent } = await import('undici');
    const dispatcher = new Agent({ connect: { ca } });
    const answer = await plainRequest(`${server}${PODS}`, {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.statusCode).toBe(401);
    expect(await answer.body.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
    await dispatcher.close();
  });

  describe('an old resourceVersion', () => {
    let stale: string;
    const config = '/api/v1/namespaces/default/configmaps';
    const update = (resourceVersion: string, value: string) =>
      flotilla().request(`${config}/versions`, {
        ...{ method: 'PUT', headers: json },
        body: JSON.stringify({ metadata: { name: 'versions', resourceVersion }, data: { value } }),
      });
    beforeAll(async () => {
      const made = await flotilla().request(config, post({ metadata: { name: 'versions' }, data: { value: '1' } }));
      stale = (JSON.parse(made.text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
      expect((await update(stale, '2')).status).toBe(200);
    });

    it('conflicts on update and leaves the object alone', async () => {
      const answer = await update(stale, '3');
      expect(JSON.parse(answer.text)).toMatchObject({ reason: 'Conflict', code: 409 });
      expect(JSON.parse((await flotilla().request(`${config}/versions`)).text)).toMatchObject({ data: { value: '2' } });
    });
  });

  it('never writes the token into its output or log', async () => {
    const { token } = await flotilla().access();
    expect(flotilla().output).not.toContain(token);
    const log = await readFile(`${flotilla().home}/flotilla.log`, 'utf8').catch(() => '');
    expect(log).not.toContain(token);
  });
});
