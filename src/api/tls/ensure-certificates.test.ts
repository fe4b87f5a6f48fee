import { randomUUID, X509Certificate } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../timing/clock.ts';
import { type Certificates, ensureCertificates } from './ensure-certificates.ts';

const DAY_MS = 86_400_000;
const root = mkdtempSync(join(tmpdir(), 'flotilla-tls-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const newFolder = (): string => join(root, randomUUID());
const after = (days: number) => ({ ...systemClock, now: () => Date.now() + days * DAY_MS });
const ensure = (folder: string, options: { names?: string[]; days?: number } = {}): Promise<Certificates> =>
  ensureCertificates({ folder, names: options.names ?? [], clock: after(options.days ?? 0) });

/** Connects as a client that trusts `ca` only; resolves with the address's answer or the reason for refusal. */
async function handshake({ ca, certificate, key }: Certificates, servername: string): Promise<string> {
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const outcome = await new Promise<string>((resolve) => {
    const checked = { host: '127.0.0.1', port, ca, ...(servername === '' ? {} : { servername }) };
    const socket = connect(checked, () => resolve('trusted'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => server.close());
    socket.resume();
  });
  return outcome;
}

it('is trusted by a client that has the CA, under each of its names and no other', async () => {
  const made = await ensure(newFolder(), { names: ['fleet.example.com', '10.1.2.3', 'fd00::1'] });
  const certificate = new X509Certificate(made.certificate);
  expect(await handshake(made, '')).toBe('trusted');
  expect(await handshake(made, 'localhost')).toBe('trusted');
  expect(await handshake(made, 'fleet.example.com')).toBe('trusted');
  expect(await handshake(made, 'other.example.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(['127.0.0.1', '::1', '10.1.2.3', 'fd00::1'].map((ip) => certificate.checkIP(ip))).not.toContain(undefined);
  expect(certificate.checkHost(hostname())).toBeDefined();
});

it('is refused by a client of another CA', async () => {
  const [made, other] = await Promise.all([ensure(newFolder()), ensure(newFolder())]);
  expect(await handshake({ ...made, ca: other.ca }, 'localhost')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

it('has the constraints and life times that a strict client asks for', async () => {
  const { ca, certificate } = await ensure(newFolder());
  const [authority, serving] = [new X509Certificate(ca), new X509Certificate(certificate)];
  expect([authority.ca, serving.ca]).toEqual([true, false]);
  expect(serving.checkIssued(authority)).toBe(true);
  expect(serving.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  const days = (of: X509Certificate): number => Math.round((Date.parse(of.validTo) - Date.now()) / DAY_MS);
  expect([days(authority), days(serving)]).toEqual([3_650, 365]);
});

it('keeps what it made, in files that others cannot read', async () => {
  const folder = newFolder();
  const first = await ensure(folder, { names: ['FD00::0001', 'a.example'] });
  expect(await ensure(folder, { names: ['a.example', 'fd00:0::1', 'A.example'] })).toEqual(first);
  expect((await readdir(folder)).sort()).toEqual(['ca.pem', 'serving.pem']);
  for (const name of ['ca.pem', 'serving.pem']) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  }
});

it('renews the serving certificate in its last 30 days and when the names differ, under the same CA', async () => {
  const folder = newFolder();
  const first = await ensure(folder);
  expect(await ensure(folder, { days: 334 })).toEqual(first);
  const renewed = await ensure(folder, { days: 336 });
  const renamed = await ensure(folder, { days: 336, names: ['new.example'] });
  expect([renewed.ca, renamed.ca]).toEqual([first.ca, first.ca]);
  expect(new Set([first, renewed, renamed].map(({ certificate }) => certificate)).size).toBe(3);
  expect(await ensure(folder, { days: 336, names: ['new.example'] })).toEqual(renamed);
});

it('agrees among processes that start together', async () => {
  const folder = newFolder();
  const made = await Promise.all(Array.from({ length: 8 }, () => ensure(folder)));
  expect(new Set(made.map((each) => JSON.stringify(each))).size).toBe(1);
});

it.each([0, 10, 300, 600])('replaces a serving certificate cut to %d bytes', async (length) => {
  const folder = newFolder();
  const first = await ensure(folder);
  await truncate(join(folder, 'serving.pem'), length);
  const second = await ensure(folder);
  expect(second.ca).toBe(first.ca);
  expect(await handshake(second, 'localhost')).toBe('trusted');
});

it('replaces a serving certificate of another CA or with another key', async () => {
  const [folder, other] = [newFolder(), newFolder()];
  const first = await ensure(folder);
  const foreign = await ensure(other);
  await writeFile(join(folder, 'serving.pem'), await readFile(join(other, 'serving.pem')));
  expect(await handshake(await ensure(folder), 'localhost')).toBe('trusted');
  await writeFile(join(folder, 'serving.pem'), first.certificate + foreign.key);
  expect(await handshake(await ensure(folder), 'localhost')).toBe('trusted');
});

it.each([
  ['empty', (): string => '', 'it lacks a certificate or a private key'],
  ['rubbish', (): string => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'private key'],
  ['cut', (text: string): string => text.slice(0, -40), 'private key'],
])('names the file of a CA that is %s, and leaves it as it is', async (_what, spoil, why) => {
  const folder = newFolder();
  await ensure(folder);
  const path = join(folder, 'ca.pem');
  const spoilt = spoil(await readFile(path, 'utf8'));
  await writeFile(path, spoilt);
  await expect(ensure(folder)).rejects.toMatchObject({
    name: 'StartupError',
    message: expect.stringMatching(new RegExp(`${path} is not a usable certificate authority.*${why}`)),
  });
  expect(await readFile(path, 'utf8')).toBe(spoilt);
});

it('names a CA that has expired', async () => {
  const folder = newFolder();
  await ensure(folder);
  await expect(ensure(folder, { days: 4_000 })).rejects.toThrow(/ca\.pem is not a usable .*, it is valid from/);
});

it('names a folder that cannot be made', async () => {
  const file = newFolder();
  await writeFile(file, '');
  await expect(ensure(join(file, 'tls'))).rejects.toMatchObject({
    name: 'StartupError',
    message: `Cannot write certificates to ${join(file, 'tls')} (ENOTDIR): make it writable or set FLOTILLA_HOME`,
  });
});
