import { describe, expect, it } from 'vitest';
import { TOKEN } from '../../../test/support/api-fixture.ts';
import { EXEC, useExec } from '../../../test/support/exec-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';

const exec = useExec();

describe('exec is refused', () => {
  const upgrade = { protocols: ['v5.channel.k8s.io'] };
  it.each<[string, string, string[], number, string]>([
    [
      'an unknown subprotocol',
      'stdout=true',
      ['v9.channel.k8s.io'],
      403,
      'unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v5.',
    ],
    ['no stream', 'command=x', upgrade.protocols, 400, 'you must specify at least 1 of stdin, stdout, stderr'],
    ['no such container', 'container=x&stdout=true', upgrade.protocols, 400, 'container x is not valid for pod p'],
  ])('%s', async (_, query, protocols, code, message) => {
    const refused = await exec.open(query, protocols);
    expect([refused.code, refused.text]).toEqual([code, expect.stringContaining(message)]);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a stranger', {}, 401],
    ['a foreign page', { cookie: `flotilla_token=${TOKEN}`, origin: 'https://evil.example' }, 403],
  ])('%s', async (_, headers, code) => {
    expect((await exec.open('stdout=true', upgrade.protocols, { headers })).code).toBe(code);
  });

  it('a pod that has no node, or is not there', async () => {
    await exec.api.registry.create('pods', 'default', pod('q'));
    const path = EXEC.replace('/p/', '/q/');
    const refused = await exec.open('stdout=true', upgrade.protocols, { path });
    expect([refused.code, refused.text]).toEqual([400, expect.stringContaining('pod q does not have a host assigned')]);
    expect((await exec.api.call('GET', `${EXEC.replace('/p/', '/r/')}?stdout=true`)).code).toBe(404);
  });

  it('what is no upgrade, and other methods', async () => {
    for (const method of ['GET', 'POST']) {
      const { code, json } = await exec.api.call(method, `${EXEC}?command=x&stdout=true`);
      expect([code, json.message]).toEqual([400, 'Upgrade request required']);
    }
    expect((await exec.api.call('DELETE', EXEC)).code).toBe(405);
  });
});
