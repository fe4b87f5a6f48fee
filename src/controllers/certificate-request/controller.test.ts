/** On the real registry, whose rules of who may write what the controller has to keep, with a real authority. */
import { webcrypto, X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { registryFixture } from '../../../test/support/registry-fixture.ts';
import { openClientAuthority } from '../../auth/certificates/client-authority.ts';
import {
  type JsonGeneralName,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '../../auth/certificates/x509.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { ControllerContext } from '../controller.ts';
import { type CertificateRequest, REQUESTS } from './certificate-request.ts';
import { certificateRequestController } from './controller.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const CLIENT = 'kubernetes.io/kube-apiserver-client';
const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet';
const SERVING = 'kubernetes.io/kubelet-serving';
const NODE = 'CN=system:node:a, O=system:nodes';
const KUBELET_USAGES = ['digital signature', 'client auth'];

async function pemOf(name: string, names: JsonGeneralName[] = []): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const extensions = names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)];
  const request = { name, keys, signingAlgorithm: ALGORITHM, extensions };
  return Buffer.from((await Pkcs10CertificateRequestGenerator.create(request, webcrypto)).toString('pem')).toString(
    'base64',
  );
}

async function makeWorld() {
  const { registry, time } = await registryFixture();
  const clock = { ...new ManualClock(), now: () => time.ms };
  let kept: string | undefined;
  const issuer = await openClientAuthority(
    async (offered) => {
      kept ??= offered;
      return kept;
    },
    () => time.ms,
  );
  const allowed = new Set<string>();
  const certificates = { issuer, mayRequest: async (_: object, what: string) => allowed.has(what) };
  const context = { registry, clock, certificates } as unknown as ControllerContext;
  const { reconciler } = certificateRequestController.create(context);
  const lease = { shard: certificateRequestController.name, holder: 'w', epoch: 1 };
  const run = { lease, signal: new AbortController().signal };
  /** As often as it finds something to do, and once more. */
  const look = async (): Promise<number | undefined> => {
    for (let round = 0; round < 3; round += 1) {
      const results = await reconciler.reconcileBatch([{ key: 'r', attempt: 0 }], run);
      const [result] = [...results.values()];
      if (result instanceof Error) {
        throw result;
      }
      if (round === 2) {
        return result?.requeueAfterMs;
      }
    }
    return undefined;
  };
  const ask = (request: string, spec: object, username = 'jane') =>
    registry.create(
      REQUESTS,
      '',
      { metadata: { name: 'r' }, spec: { request, usages: ['client auth'], ...spec } },
      { user: { username, groups: [] } },
    );
  const decide = (type: 'Approved' | 'Denied') =>
    registry.modify<CertificateRequest>(
      REQUESTS,
      '',
      'r',
      (object) => {
        object.status = { ...object.status, conditions: [{ type, status: 'True', reason: 'ByHand' }] };
        return true;
      },
      { subresource: 'approval' },
    );
  const read = async (): Promise<CertificateRequest | undefined> => {
    const stored = await registry.find(REQUESTS, '', 'r');
    return stored && decodeObject<CertificateRequest>(stored);
  };
  const conditions = async () =>
    ((await read())?.status?.conditions ?? []).map(({ type, reason, message }) => ({ type, reason, message }));
  const certificate = async (): Promise<X509Certificate | undefined> => {
    const text = (await read())?.status?.certificate;
    return text === undefined ? undefined : new X509Certificate(Buffer.from(text, 'base64'));
  };
  return { time, allowed, look, ask, decide, read, conditions, certificate };
}
let world: Awaited<ReturnType<typeof makeWorld>>;
beforeEach(async () => {
  world = await makeWorld();
});

describe('a request of a user', () => {
  it('waits for approval, then is signed for as long as it asks', async () => {
    await world.ask(await pemOf('CN=jane, O=team'), { signerName: CLIENT, expirationSeconds: 7_200 });
    await world.look();
    expect(await world.certificate()).toBeUndefined();
    await world.decide('Approved');
    await world.look();
    const certificate = await world.certificate();
    expect(certificate?.subject.split('\n').sort()).toEqual(['CN=jane', 'O=team']);
    expect(Date.parse(certificate?.validTo ?? '') - world.time.ms).toBe(7_200_000);
    expect(await world.conditions()).toMatchObject([{ type: 'Approved', reason: 'ByHand' }]);
  });

  it.each(['Denied', 'Approved'] as const)('for another signer is left alone when %s', async (type) => {
    await world.ask(await pemOf('CN=jane'), { signerName: 'example.com/mine' });
    await world.decide(type);
    await world.look();
    expect(await world.certificate()).toBeUndefined();
    expect(await world.conditions()).toHaveLength(1);
  });

  it('is not signed when it is denied', async () => {
    await world.ask(await pemOf('CN=jane'), { signerName: CLIENT });
    await world.decide('Denied');
    await world.look();
    expect(await world.certificate()).toBeUndefined();
  });

  it.each([
    [CLIENT, 'CN=jane', [], ['server auth'], 'invalid usage for client certificate: server auth'],
    [CLIENT, 'CN=jane', [], ['digital signature'], 'missing required usage for client certificate: client auth'],
    [SERVING, NODE, [], ['digital signature', 'server auth'], 'DNS or IP subjectAltName is required'],
    [KUBELET, 'CN=jane, O=system:nodes', [], KUBELET_USAGES, 'subject common name does not begin with'],
    [KUBELET, 'CN=system:node:a', [], KUBELET_USAGES, 'subject organization is not system:nodes'],
    [KUBELET, NODE, [{ type: 'dns', value: 'a' }], KUBELET_USAGES, 'DNS subjectAltNames are not allowed'],
    [KUBELET, NODE, [], ['client auth'], 'usages did not match [client auth digital signature key encipherment]'],
  ] as const)('for %s as %s %j fails when approved with usages %j', async (signerName, name, names, usages, why) => {
    await world.ask(await pemOf(name, [...names]), { signerName, usages });
    await world.decide('Approved');
    await world.look();
    expect(await world.conditions()).toMatchObject([
      { type: 'Approved' },
      { type: 'Failed', reason: 'SignerValidationFailure', message: expect.stringContaining(why) },
    ]);
  });
});

describe('a request of a kubelet', () => {
  const ask = async (username: string) =>
    world.ask(await pemOf(NODE), { signerName: KUBELET, usages: KUBELET_USAGES }, username);

  it.each([
    ['system:bootstrap:abcdef', 'nodeclient', 'Auto approving kubelet client certificate after SubjectAccessReview.'],
    ['system:node:a', 'selfnodeclient', 'Auto approving self kubelet client certificate after SubjectAccessReview.'],
  ])('from %s, who may %s, is approved and signed', async (username, what, message) => {
    world.allowed.add(what);
    await ask(username);
    await world.look();
    expect(await world.conditions()).toEqual([{ type: 'Approved', reason: 'AutoApproved', message }]);
    expect((await world.certificate())?.subject).toContain('CN=system:node:a');
  });

  it('from somebody who may not waits', async () => {
    world.allowed.add('selfnodeclient');
    await ask('system:node:b');
    await world.look();
    expect(await world.conditions()).toEqual([]);
  });

  it('for serving is signed with its names once somebody approves', async () => {
    world.allowed.add('nodeclient');
    const names: JsonGeneralName[] = [{ type: 'dns', value: 'a.example' }];
    await world.ask(await pemOf(NODE, names), { signerName: SERVING, usages: ['digital signature', 'server auth'] });
    await world.look();
    expect(await world.conditions()).toEqual([]);
    await world.decide('Approved');
    await world.look();
    expect((await world.certificate())?.subjectAltName).toBe('DNS:a.example');
  });
});

it.each([
  ['pending', undefined, 24],
  ['denied', 'Denied', 1],
  ['issued', 'Approved', 1],
] as const)('a %s request goes in time', async (_what, decision, hours) => {
  await world.ask(await pemOf('CN=jane'), { signerName: CLIENT });
  if (decision !== undefined) {
    await world.decide(decision);
  }
  expect(await world.look()).toBe(hours * HOUR_MS);
  world.time.ms += hours * HOUR_MS - 1;
  await world.look();
  expect(await world.read()).toBeDefined();
  world.time.ms += 1;
  await world.look();
  expect(await world.read()).toBeUndefined();
});
