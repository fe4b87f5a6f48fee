/** PKCS#10 (RFC 2986): a certificate request is worth looking at when it was signed by the key that it is for. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { DerError, type Element, elementsOf, sequenceOf, TAG } from './der.ts';
import { pemBlocks } from './pem.ts';

interface SignedRequest {
  readonly signed: Uint8Array;
  readonly key: KeyObject;
  /** AlgorithmIdentifier. */
  readonly algorithm: Element;
  readonly signature: Uint8Array;
}
interface Algorithm {
  readonly family: 'rsa' | 'rsa-pss' | 'ec' | 'ed25519';
  /** Of node:crypto; null where the algorithm has its own. */
  readonly hash: string | null;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const RSA = '2a864886f70d0101';
const RSA_PSS = `${RSA}0a`;
const ECDSA = '2a8648ce3d0403';
const SHA = '60864801650304020';

/** OID, as hex of its DER → what it stands for. What Go takes for insecure (MD5, SHA-1) is not here. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  [`${RSA}0b`, { family: 'rsa', hash: 'sha256' }],
  [`${RSA}0c`, { family: 'rsa', hash: 'sha384' }],
  [`${RSA}0d`, { family: 'rsa', hash: 'sha512' }],
  [`${ECDSA}02`, { family: 'ec', hash: 'sha256' }],
  [`${ECDSA}03`, { family: 'ec', hash: 'sha384' }],
  [`${ECDSA}04`, { family: 'ec', hash: 'sha512' }],
  ['2b6570', { family: 'ed25519', hash: null }],
]);
const HASHES: ReadonlyMap<string, string> = new Map([
  [`${SHA}1`, 'sha256'],
  [`${SHA}2`, 'sha384'],
  [`${SHA}3`, 'sha512'],
]);
const FAILURES: Readonly<Record<Algorithm['family'], string>> = {
  rsa: 'crypto/rsa: verification error',
  'rsa-pss': 'crypto/rsa: verification error',
  ec: 'x509: ECDSA verification failure',
  ed25519: 'x509: Ed25519 verification failure',
};

/** RSASSA-PSS-params: the hash is the first thing that they say. */
function pssAlgorithm(parameters: Element | undefined): Algorithm | undefined {
  const [first] = parameters === undefined ? [] : elementsOf(parameters.value);
  const [oid] = first === undefined ? [] : sequenceOf(elementsOf(first.value)[0], TAG.oid);
  const hash = oid === undefined ? undefined : HASHES.get(hex(oid.value));
  return hash === undefined ? undefined : { family: 'rsa-pss', hash };
}

function algorithmOf(identifier: Element): Algorithm | undefined {
  const [oid, parameters] = sequenceOf(identifier, TAG.oid);
  const name = oid === undefined ? '' : hex(oid.value);
  return name === RSA_PSS ? pssAlgorithm(parameters) : ALGORITHMS.get(name);
}

function parse(der: Uint8Array): SignedRequest {
  const [whole, ...trailing] = elementsOf(der);
  if (trailing.length > 0) {
    throw new DerError('trailing data');
  }
  const [info, algorithm, bits, ...more] = sequenceOf(whole, TAG.sequence, TAG.sequence, TAG.bitString);
  const [, , key] = sequenceOf(info, undefined, TAG.sequence, TAG.sequence);
  if (info === undefined || algorithm === undefined || bits === undefined || key === undefined) {
    throw new DerError('data truncated');
  }
  if (more.length > 0 || bits.value[0] !== 0) {
    throw new DerError(more.length > 0 ? 'trailing data' : 'invalid padding bits in BIT STRING');
  }
  return {
    signed: info.whole,
    key: createPublicKey({ key: Buffer.from(key.whole), format: 'der', type: 'spki' }),
    algorithm,
    signature: bits.value.subarray(1),
  };
}

function signatureProblem({ signed, key, algorithm, signature }: SignedRequest): string | undefined {
  const known = algorithmOf(algorithm);
  if (known === undefined || !known.family.startsWith(key.asymmetricKeyType?.slice(0, 2) ?? '-')) {
    return 'x509: cannot verify signature: algorithm unimplemented';
  }
  const padding =
    known.family === 'rsa-pss'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {};
  return verify(known.hash, signed, { key, ...padding }, signature) ? undefined : FAILURES[known.family];
}

/** What is wrong with a PEM text that should be a request; undefined: nothing. */
export function requestProblem(pem: string): string | undefined {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') {
    return 'PEM block type must be CERTIFICATE REQUEST';
  }
  try {
    return signatureProblem(parse(block.bytes));
  } catch (error) {
    // Bytes that are no request fail here or in OpenSSL; either says why.
    return `asn1: structure error: ${error instanceof Error ? error.message : String(error)}`;
  }
}
