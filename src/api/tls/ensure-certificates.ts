/**
 * The API's own authority and serving certificate, made at the first start and kept in one folder, which several
 * processes may share: the authority is created once, by link(2), and everyone uses that one. Never replaces an
 * authority, since clients hold a copy of it; a serving certificate is replaced whenever it does not fit.
 */
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createFileAtomically, writeFileAtomically } from '../../atomic-file.ts';
import { issueAuthority, issueServingCertificate, type KeyPair } from '../../auth/certificates/issue-certificate.ts';
import { formatPair, MODE, readPair } from '../../auth/certificates/key-pair-file.ts';
import {
  type JsonGeneralName,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from '../../auth/certificates/x509.ts';
import { errorCode, StartupError } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import { certificateNames, sameNames } from './certificate-names.ts';

export interface CertificateOptions {
  readonly folder: string;
  /** Beside localhost, the loopback addresses and this machine's name. */
  readonly names: readonly string[];
  readonly clock: Clock;
}

/** All PEM; `ca` is what clients trust. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const ALWAYS = ['localhost', '127.0.0.1', '::1'];
const RENEW_BEFORE_MS = 30 * 86_400_000;

export async function ensureCertificates({ folder, names, clock }: CertificateOptions): Promise<Certificates> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const now = clock.now();
    const authority = await ensureAuthority(join(folder, 'ca.pem'), now);
    const wanted = certificateNames([...ALWAYS, hostname(), ...names]);
    const serving = await ensureServing(join(folder, 'serving.pem'), authority, wanted, now);
    return { ca: authority.certificate, ...serving };
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof StartupError || code === undefined) {
      throw error;
    }
    throw new StartupError(`Cannot write certificates to ${folder} (${code}): make it writable or set FLOTILLA_HOME`, {
      cause: error,
    });
  }
}

async function ensureAuthority(path: string, now: number): Promise<KeyPair> {
  let found = await readPair(path, now);
  if (found.state === 'absent') {
    await createFileAtomically(path, formatPair(await issueAuthority(now)), MODE);
    // Read back: another process may have been first.
    found = await readPair(path, now);
  }
  if (found.state !== 'usable') {
    const why = found.state === 'broken' ? found.why : 'it was removed meanwhile';
    throw new StartupError(
      `${path} is not a usable certificate authority, ${why}: restore it, or remove it to make a new one, which every client must then trust`,
    );
  }
  return found.pair;
}

async function ensureServing(
  path: string,
  authority: KeyPair,
  names: readonly JsonGeneralName[],
  now: number,
): Promise<KeyPair> {
  const found = await readPair(path, now);
  if (found.state === 'usable' && found.validUntil - now >= RENEW_BEFORE_MS && fits(found.pair, authority, names)) {
    return found.pair;
  }
  const pair = await issueServingCertificate(authority, names, now);
  if (found.state !== 'absent') {
    await writeFileAtomically(path, formatPair(pair), MODE);
    return pair;
  }
  // Created, not written: of several processes that start together, all serve what the first one made.
  const isFirst = await createFileAtomically(path, formatPair(pair), MODE);
  return isFirst ? pair : ensureServing(path, authority, names, now);
}

function fits({ certificate }: KeyPair, authority: KeyPair, names: readonly JsonGeneralName[]): boolean {
  const isOurs = new NodeCertificate(certificate).verify(new NodeCertificate(authority.certificate).publicKey);
  const present = new X509Certificate(certificate).getExtension(SubjectAlternativeNameExtension)?.names.toJSON() ?? [];
  return isOurs && sameNames(present, names);
}
