/** PEM texts (RFC 7468), read as Go's encoding/pem reads them: what stands between the blocks is passed over. */
export interface PemBlock {
  readonly type: string;
  /** Lines such as `Proc-Type: 4,ENCRYPTED` before the data. */
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
}

const BLOCK = /^-----BEGIN ([^\r\n-]+)-----[ \t]*\r?\n([\s\S]*?)-----END \1-----/gm;
const HEADER = /^[^\r\n:]+:[^\r\n]*\r?\n/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(BLOCK)].flatMap(([, type = '', body = '']) => {
    let rest = body;
    while (HEADER.test(rest)) {
      rest = rest.replace(HEADER, '');
    }
    const data = rest.replace(/\s/g, '');
    return BASE64.test(data) ? [{ type, hasHeaders: rest !== body, bytes: Buffer.from(data, 'base64') }] : [];
  });
}
