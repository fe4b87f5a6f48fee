/** `Warning: 299 - "…"` headers, which kubectl prints. Source: apimachinery's util/net NewWarningHeader. */
import type { FastifyReply } from 'fastify';

/** Clients and proxies give up on much more than this in headers. */
const MAX_TOTAL = 4_096;
const MAX_ONE = 1_024;

/** Header bytes are Latin-1 to Node: UTF-8 goes through as such. */
function warningValue(text: string): string {
  const printable = text.replace(/\p{Cc}/gu, ' ').slice(0, MAX_ONE);
  const quoted = printable.replace(/["\\]/g, '\\$&');
  return Buffer.from(`299 - "${quoted}"`, 'utf8').toString('latin1');
}

/** Beside those that are there already. */
export function addWarnings(reply: FastifyReply, warnings: readonly string[]): void {
  if (warnings.length === 0) {
    return;
  }
  const values = [reply.getHeader('warning') ?? []].flat().map(String);
  let total = values.join('').length;
  for (const warning of warnings) {
    const value = warningValue(warning);
    total += value.length;
    if (total > MAX_TOTAL) {
      break;
    }
    values.push(value);
  }
  reply.header('warning', values);
}
