import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REQUEST_PEM } from '../../../test/support/certificate-request.ts';
import { Pkcs10CertificateRequestGenerator } from '../../auth/certificates/x509.ts';
import { requestProblem } from './certificate-request.ts';
import { pemBlocks } from './pem.ts';

const RSA = { modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) };

async function requestOf(generation: object, signing: object): Promise<string> {
  const keys = (await webcrypto.subtle.generateKey(generation as never, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const made = await Pkcs10CertificateRequestGenerator.create(
    { name: 'CN=bob, O=dev', keys, signingAlgorithm: signing as never },
    webcrypto as never,
  );
  return made.toString('pem');
}
const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;

describe('a certificate request', () => {
  it.each<[string, object, object]>([
    ['P-256', { name: 'ECDSA', namedCurve: 'P-256' }, { name: 'ECDSA', hash: 'SHA-256' }],
    ['P-384', { name: 'ECDSA', namedCurve: 'P-384' }, { name: 'ECDSA', hash: 'SHA-384' }],
    ['RSA', { ...RSA, name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
    ['RSA-PSS', { ...RSA, name: 'RSA-PSS', hash: 'SHA-256' }, { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }],
    ['Ed25519', { name: 'Ed25519' }, { name: 'Ed25519' }],
  ])('signed with %s is good, and bad when a bit of what is signed differs', async (_name, generation, signing) => {
    const pem = await requestOf(generation, signing);
    expect(requestProblem(pem)).toBeUndefined();
    const [block] = pemBlocks(pem);
    const der = Buffer.from(block?.bytes ?? []);
    const name = der.indexOf('bob');
    der.write('eve', name);
    expect(requestProblem(pemOf(der))).toMatch(/verification (error|failure)$/);
  });

  it('is the first block of its text, whatever stands around it', () => {
    expect(requestProblem(`of alice\n${REQUEST_PEM}and more`)).toBeUndefined();
    expect(requestProblem(REQUEST_PEM.replaceAll('CERTIFICATE REQUEST', 'CERTIFICATE'))).toBe(
      'PEM block type must be CERTIFICATE REQUEST',
    );
    expect(requestProblem('')).toBe('PEM block type must be CERTIFICATE REQUEST');
  });

  it('that is cut, padded or garbled is refused and never throws', () => {
    const [block] = pemBlocks(REQUEST_PEM);
    const der = Buffer.from(block?.bytes ?? []);
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const broken = Buffer.from(der);
        broken[at] = (broken[at] ?? 0) ^ flip;
        expect(requestProblem(pemOf(broken))).toBeTypeOf('string');
        expect(requestProblem(pemOf(der.subarray(0, at)))).toBeTypeOf('string');
        expect(requestProblem(pemOf(Buffer.concat([der, Buffer.from([flip])])))).toBeTypeOf('string');
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => requestProblem(pemOf(bytes)) !== undefined));
  });
});
