/** Over real TLS: what a certificate is worth is decided by the handshake. */
import { webcrypto } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { type ClientAuthority, openClientAuthority } from '../../auth/certificates/client-authority.ts';
import { Pkcs10CertificateRequestGenerator } from '../../auth/certificates/x509.ts';
import { systemClock } from '../../timing/clock.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const newAuthority = () => {
  let kept: string | undefined;
  return openClientAuthority(async (offered, instead) => {
    kept = kept === instead ? offered : kept;
    return kept ?? offered;
  }, Date.now);
};

async function credentials(from: ClientAuthority, name: string, usage = 'client auth') {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name, keys, signingAlgorithm: ALGORITHM },
    webcrypto,
  );
  const cert = await from.issue({ request: request.toString('pem'), usages: [usage], seconds: 3_600 });
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(der).toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return { cert, key };
}

let authority: ClientAuthority;
let api: ApiFixture;
let origin: string;
let now = () => Date.now();
beforeEach(async () => {
  authority = await newAuthority();
  now = () => Date.now();
  const { context } = await apiFixture();
  const clock = { ...systemClock, now: () => now() };
  api = await apiFixture({ tls: { ...context.tls, clientAuthority: authority.certificate }, clock });
  ({ origin } = await api.listen());
});
afterEach(() => api.close());

interface Identity {
  code: number;
  user: { username: string; groups: string[]; extra: Record<string, string[]> } | undefined;
}
async function whoAmI(tls: object, headers: Record<string, string> = {}): Promise<Identity> {
  const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const options = { method: 'POST', ca: api.ca, headers: { 'content-type': 'application/json', ...headers }, ...tls };
  const [code, text] = await new Promise<[number, string]>((resolve, reject) => {
    const sent = httpsRequest(`${origin}${path}`, options, async (response) => {
      const chunks = await response.toArray();
      resolve([response.statusCode ?? 0, Buffer.concat(chunks).toString()]);
    });
    sent.on('error', reject).end(body);
  });
  return { code, user: JSON.parse(text).status?.userInfo };
}

it('names the user and the groups', async () => {
  const { code, user } = await whoAmI(await credentials(authority, 'CN=jane, O=team:a, O=team:b'));
  expect(code).toBe(201);
  expect(user).toMatchObject({ username: 'jane', groups: ['team:a', 'team:b', 'system:authenticated'] });
  expect(user?.extra['authentication.kubernetes.io/credential-id']?.[0]).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
});

it('goes before a token; without one the token counts', async () => {
  const token = { authorization: `Bearer ${TOKEN}` };
  expect((await whoAmI(await credentials(authority, 'CN=jane'), token)).user?.username).toBe('jane');
  expect((await whoAmI({}, token)).user?.username).toBe('admin');
});

it.each([
  ['of another authority', async () => credentials(await newAuthority(), 'CN=jane')],
  ['for servers', () => credentials(authority, 'CN=system:node:a', 'server auth')],
  ['without a name', () => credentials(authority, 'O=system:masters')],
])('one %s lets nobody in, and does not stop a token', async (_what, make) => {
  const tls = await make();
  expect((await whoAmI(tls)).code).toBe(401);
  expect((await whoAmI(tls, { authorization: `Bearer ${TOKEN}` })).user?.username).toBe('admin');
});

it('is not for pages of others, which browsers would send it for', async () => {
  const tls = await credentials(authority, 'CN=jane');
  expect((await whoAmI(tls, { origin: 'https://evil.example' })).code).toBe(401);
  expect((await whoAmI(tls, { 'sec-fetch-site': 'cross-site' })).code).toBe(401);
  expect((await whoAmI(tls, { 'sec-fetch-site': 'same-origin' })).code).toBe(201);
});

it('ends with its certificate, also on a connection that is open', async () => {
  const tls = await credentials(authority, 'CN=jane');
  now = () => Date.now() + 3_601_000;
  expect((await whoAmI(tls)).code).toBe(401);
});
