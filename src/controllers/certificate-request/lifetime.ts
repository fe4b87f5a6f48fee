/** How long requests are kept. Pure. Source: pkg/controller/certificates/cleaner/cleaner.go, 1.34. */
import { X509Certificate } from 'node:crypto';
import { parseTime } from '../../values/rfc3339.ts';
import type { CertificateRequest } from './certificate-request.ts';

const HOUR_MS = 3_600_000;
const PENDING_MS = 24 * HOUR_MS;

function certificateEnd(base64: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(Buffer.from(base64, 'base64')).validTo);
  } catch {
    // Another's signer may have written what Node cannot read: then only the age counts.
    return undefined;
  }
}

/** When the request goes, milliseconds since the epoch; undefined: never, as things are. */
export function expiryOf({ metadata, status = {} }: CertificateRequest): number | undefined {
  const { conditions = [], certificate = '' } = status;
  const created = parseTime(metadata.creationTimestamp);
  if (conditions.length === 0) {
    return created === undefined ? undefined : created + PENDING_MS;
  }
  const counts = certificate === '' ? ['Denied', 'Failed'] : ['Approved', 'Denied', 'Failed'];
  const decided = conditions
    .filter(({ type }) => counts.includes(type))
    .flatMap(({ lastUpdateTime }) => parseTime(lastUpdateTime) ?? []);
  const ends = certificate === '' ? [] : [certificateEnd(certificate)].flatMap((end) => end ?? []);
  const times = [...decided.map((time) => time + HOUR_MS), ...ends];
  return times.length === 0 ? undefined : Math.min(...times);
}
