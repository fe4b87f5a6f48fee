/** Which groups a certificate request asks for: the organizations of its subject (RFC 2986, RFC 4514). */
import { type Element, elementsOf, sequenceOf, TAG } from './der.ts';
import { pemBlocks } from './pem.ts';

/** id-at-organizationName, 2.5.4.10. */
const ORGANIZATION = '55040a';

function organizationOf(attribute: Element): string[] {
  const [oid, value] = sequenceOf(attribute, TAG.oid, undefined);
  const isOrganization = Buffer.from(oid?.value ?? []).toString('hex') === ORGANIZATION;
  return isOrganization ? [Buffer.from(value?.value ?? []).toString('utf8')] : [];
}

/** Throws DerError on what is no request. */
export function requestedOrganizations(pem: string): string[] {
  const [block] = pemBlocks(pem);
  const [whole] = elementsOf(block?.bytes ?? new Uint8Array());
  const [info] = sequenceOf(whole, TAG.sequence);
  const [, subject] = sequenceOf(info, undefined, TAG.sequence);
  // A subject is a sequence of sets, nearly always of one attribute.
  return elementsOf(subject?.value ?? new Uint8Array())
    .flatMap((set) => elementsOf(set.value))
    .flatMap(organizationOf);
}
