/** What a certificate request asks to be called: of its subject, organizations and common name (RFC 2986, RFC 4514). */
import { type Element, elementsOf, sequenceOf, TAG } from './der.ts';
import { pemBlocks } from './pem.ts';

/** id-at-organizationName, 2.5.4.10, and id-at-commonName, 2.5.4.3. */
const ORGANIZATION = '55040a';
const COMMON_NAME = '550403';

function namesOf(attribute: Element, type: string): string[] {
  const [oid, value] = sequenceOf(attribute, TAG.oid, undefined);
  const isOfType = Buffer.from(oid?.value ?? []).toString('hex') === type;
  return isOfType ? [Buffer.from(value?.value ?? []).toString('utf8')] : [];
}

/** Throws DerError on what is no request. */
export const requestedOrganizations = (pem: string): string[] => valuesOf(pem, ORGANIZATION);
/** Of several the last counts, as in Go. Throws DerError on what is no request. */
export const requestedCommonName = (pem: string): string => valuesOf(pem, COMMON_NAME).at(-1) ?? '';

function valuesOf(pem: string, type: string): string[] {
  const [block] = pemBlocks(pem);
  const [whole] = elementsOf(block?.bytes ?? new Uint8Array());
  const [info] = sequenceOf(whole, TAG.sequence);
  const [, subject] = sequenceOf(info, undefined, TAG.sequence);
  // A subject is a sequence of sets, nearly always of one attribute.
  return elementsOf(subject?.value ?? new Uint8Array())
    .flatMap((set) => elementsOf(set.value))
    .flatMap((attribute) => namesOf(attribute, type));
}
