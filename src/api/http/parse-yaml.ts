/** One YAML document as JSON values. YAML 1.2 core with merge keys; alias bombs and endless nesting are refused. */
import { LineCounter, parseAllDocuments, stringify } from 'yaml';
import { badRequest, StatusError } from '../../errors.ts';

const MAX_ALIASES = 100;

const refusal = (why: string, cause?: unknown): StatusError =>
  badRequest(`error converting YAML to JSON: yaml: ${why}`, { cause });

/** The first line of the library's message: the rest shows the source, which may be a Secret. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

function readDocument(text: string): unknown {
  const documents = parseAllDocuments(text, { merge: true, lineCounter: new LineCounter(), logLevel: 'error' });
  if (!Array.isArray(documents) || documents.length === 0) {
    return null;
  }
  const [document, second] = documents;
  const error = document?.errors[0];
  if (error !== undefined) {
    throw refusal(`line ${error.linePos?.[0].line ?? 1}: ${firstLine(error)}`, error);
  }
  if (second !== undefined) {
    throw refusal('the body must hold one document');
  }
  const value: unknown = document?.toJS({ maxAliasCount: MAX_ALIASES });
  // What JSON does not have (dates, NaN) becomes what JSON makes of it.
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** Throws 400. */
export function parseYaml(body: Buffer): unknown {
  try {
    return readDocument(body.toString('utf8'));
  } catch (error) {
    throw error instanceof StatusError ? error : refusal(firstLine(error), error);
  }
}

export const renderYaml = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
