import { X509Certificate as NodeCertificate, webcrypto } from 'node:crypto';
import { expect, it } from 'vitest';
import { openClientAuthority } from './client-authority.ts';
import { ExtendedKeyUsage, Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from './x509.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const memory = (kept?: string) => {
  const state = { kept };
  const settle = async (offered: string, instead?: string): Promise<string> => {
    if (state.kept === instead) {
      state.kept = offered;
    }
    return state.kept ?? offered;
  };
  return { state, settle };
};
const KEYS = {
  ec: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2_048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
  ed25519: { name: 'Ed25519' },
};

async function requestOf(algorithm: (typeof KEYS)[keyof typeof KEYS], name: string, dns: string[] = []) {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const names = dns.map((value) => ({ type: 'dns' as const, value }));
  const extensions = names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)];
  const made = await Pkcs10CertificateRequestGenerator.create(
    { name, keys, signingAlgorithm: algorithm, extensions },
    webcrypto,
  );
  return made.toString('pem');
}
const order = (request: string, seconds = 3_600) => ({
  ...{ request, seconds, usages: ['digital signature', 'client auth'] },
});

it.each(Object.entries(KEYS))('issues what an %s key asks for, under its authority', async (_kind, algorithm) => {
  const authority = await openClientAuthority(memory().settle, () => NOW);
  const pem = await authority.issue(order(await requestOf(algorithm, 'CN=jane, O=team:a, O=team:b')));
  const [certificate, issuer] = [new NodeCertificate(pem), new NodeCertificate(authority.certificate)];
  expect(certificate.checkIssued(issuer)).toBe(true);
  expect(certificate.verify(issuer.publicKey)).toBe(true);
  expect(certificate.subject.split('\n').sort()).toEqual(['CN=jane', 'O=team:a', 'O=team:b']);
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual([ExtendedKeyUsage.clientAuth]);
  expect([certificate.validFrom, certificate.validTo].map((date) => Date.parse(date) - NOW)).toEqual([
    -300_000, 3_600_000,
  ]);
});

it('keeps the names of a server, and never outlives itself', async () => {
  const authority = await openClientAuthority(memory().settle, () => NOW);
  const request = await requestOf(KEYS.ec, 'CN=system:node:a', ['a.example']);
  const certificate = new NodeCertificate(await authority.issue(order(request, 1e10)));
  expect(certificate.subjectAltName).toBe('DNS:a.example');
  expect(certificate.validTo).toBe(new NodeCertificate(authority.certificate).validTo);
});

it('is one for all processes, and is made anew when it is of no use', async () => {
  const { settle, state } = memory();
  const [first, second] = await Promise.all([
    openClientAuthority(settle, () => NOW),
    openClientAuthority(settle, () => NOW),
  ]);
  expect(second.certificate).toBe(first.certificate);
  state.kept = 'rubbish';
  const third = await openClientAuthority(settle, () => NOW);
  expect((await openClientAuthority(settle, () => NOW)).certificate).toBe(third.certificate);
  expect(third.certificate).not.toBe(first.certificate);
  const later = await openClientAuthority(settle, () => NOW + 4_000 * 86_400_000);
  expect(later.certificate).not.toBe(third.certificate);
});

it('refuses what is no request', async () => {
  const authority = await openClientAuthority(memory().settle, () => NOW);
  await expect(authority.issue(order('rubbish'))).rejects.toThrow();
});
