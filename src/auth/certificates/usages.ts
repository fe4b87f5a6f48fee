/** Usages by their names in certificates.k8s.io. Source: pkg/apis/certificates/v1/helpers.go and RFC 5280. */
import { KeyUsageFlags } from './x509.ts';

const KEY_USAGES: Readonly<Record<string, KeyUsageFlags>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'cert sign': KeyUsageFlags.keyCertSign,
  'crl sign': KeyUsageFlags.cRLSign,
  'encipher only': KeyUsageFlags.encipherOnly,
  'decipher only': KeyUsageFlags.decipherOnly,
};
const PURPOSES = '1.3.6.1.5.5.7.3.';
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': `${PURPOSES}1`,
  'client auth': `${PURPOSES}2`,
  'code signing': `${PURPOSES}3`,
  'email protection': `${PURPOSES}4`,
  's/mime': `${PURPOSES}4`,
  'ipsec end system': `${PURPOSES}5`,
  'ipsec tunnel': `${PURPOSES}6`,
  'ipsec user': `${PURPOSES}7`,
  timestamping: `${PURPOSES}8`,
  'ocsp signing': `${PURPOSES}9`,
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

export const keyUsagesOf = (usages: readonly string[]): number =>
  usages.reduce((flags, usage) => flags | (KEY_USAGES[usage] ?? 0), 0);

export const extendedUsagesOf = (usages: readonly string[]): string[] => [
  ...new Set(usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? [])),
];
