/** Who is let in by a bootstrap token, and what it may ask for. */
import { describe, expect, it } from 'vitest';
import { missing, modeTitle } from '../../support/fleet.ts';
import { addToken, ask, issued, node, REQUESTS, refused, useJoiningNode } from '../../support/joining-node.ts';

const NODE = 'rack-6';

describe.skipIf(missing !== undefined)(modeTitle('nodes of others that are to join'), () => {
  const { client, joined } = useJoiningNode(NODE, 'tokened', 'tokens');

  it('are let in by no token that is over, false, or for something else', async () => {
    const { admin } = joined();
    const past = new Date(Date.now() - 60_000).toISOString();
    for (const token of [
      await addToken(admin, 'expire', { expiration: past }),
      await addToken(admin, 'signer', { 'usage-bootstrap-authentication': 'false' }),
      'tokens.aaaaaaaaaaaaaaaa',
      'nobody.0123456789abcdef',
    ]) {
      const stranger = await client({ token });
      const { status, body } = await stranger.send('GET', REQUESTS);
      expect([status, body.reason]).toEqual([401, 'Unauthorized']);
    }
  });

  it('may ask for nothing but a certificate while they join', async () => {
    const { admin } = joined();
    const joining = await client({ token: await addToken(admin, 'second') });
    expect(await refused(joining, 'GET', '/api/v1/namespaces/kube-system/secrets')).toBe(
      'secrets is forbidden: User "system:bootstrap:second" cannot list resource "secrets" in API group "" in the namespace "kube-system"',
    );
    expect(await refused(joining, 'POST', '/api/v1/nodes', node('rack-3'))).toContain('cannot create resource "nodes"');
    const { answer } = await ask(joining, 'csr-usages', '/O=system:nodes/CN=system:node:rack-3', ['client auth']);
    expect(answer.status).toBe(201);
    await ask(joining, 'csr-usages-2', '/O=system:nodes/CN=system:node:rack-3');
    await issued(joining, 'csr-usages-2');
    // The one that was asked first still waits: nobody signs such usages unasked.
    expect((await joining.send('GET', `${REQUESTS}/csr-usages`)).body.status.conditions).toBeUndefined();
  });
});
