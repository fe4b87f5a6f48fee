/**
 * A certificate and its key in one PEM file of mode 0600: two files could be of two different makings. Reading judges
 * what it finds; what becomes of a bad file is the caller's choice.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errorCode } from '../../errors.ts';
import type { KeyPair } from './issue-certificate.ts';

export const MODE = 0o600;

export type FoundPair =
  | { readonly state: 'usable'; readonly pair: KeyPair; readonly validUntil: number }
  | { readonly state: 'absent' }
  | { readonly state: 'broken'; readonly why: string };

export const formatPair = ({ certificate, key }: KeyPair): string => `${certificate}${key}`;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const PRIVATE_KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/;

/** Usable: both parts are whole, belong together, and are valid at `now`. */
export function parsePair(text: string, now: number): FoundPair {
  const certificate = CERTIFICATE.exec(text)?.[0];
  const key = PRIVATE_KEY.exec(text)?.[0];
  if (certificate === undefined || key === undefined) {
    return { state: 'broken', why: 'it lacks a certificate or a private key' };
  }
  try {
    const parsed = new X509Certificate(certificate);
    if (!parsed.checkPrivateKey(createPrivateKey(key))) {
      return { state: 'broken', why: 'its key is not the key of its certificate' };
    }
    const validUntil = Date.parse(parsed.validTo);
    if (now < Date.parse(parsed.validFrom) || now > validUntil) {
      return { state: 'broken', why: `it is valid from ${parsed.validFrom} to ${parsed.validTo}` };
    }
    return { state: 'usable', pair: { certificate: `${certificate}\n`, key: `${key}\n` }, validUntil };
  } catch (error) {
    return { state: 'broken', why: error instanceof Error ? error.message : String(error) };
  }
}

export async function readPair(path: string, now: number): Promise<FoundPair> {
  try {
    return parsePair(await readFile(path, 'utf8'), now);
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? { state: 'absent' } : { state: 'broken', why: `it cannot be read (${code})` };
  }
}
