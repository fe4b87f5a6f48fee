/** What a signer may write into a request's status. Source: pkg/apis/certificates/validation, validateCertificate, 1.34. */
import { X509Certificate } from 'node:crypto';
import { type PemBlock, pemBlocks } from './pem.ts';

function blockProblem({ type, hasHeaders, bytes }: PemBlock): string | undefined {
  if (type !== 'CERTIFICATE') {
    return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
  }
  if (hasHeaders) {
    return 'no PEM block headers are permitted';
  }
  if (bytes.length === 0) {
    return 'found CERTIFICATE PEM block containing 0 certificates';
  }
  try {
    return new X509Certificate(bytes).subject === undefined ? 'x509: malformed certificate' : undefined;
  } catch (error) {
    return `x509: malformed certificate: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** `base64` of a PEM text; '' is no certificate yet. undefined: nothing is wrong. */
export function certificateProblem(base64: string): string | undefined {
  if (base64 === '') {
    return undefined;
  }
  const blocks = pemBlocks(Buffer.from(base64, 'base64').toString('latin1'));
  return blocks.length === 0
    ? 'must contain at least one CERTIFICATE PEM block'
    : blocks.map(blockProblem).find((problem) => problem !== undefined);
}
