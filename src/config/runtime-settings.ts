/** The `runtimes` section: which runtimes may be used. Their options are theirs to check. */
import type { Config } from './config.ts';
import type { Parser } from './parsers.ts';
import { isRecord } from './shapes.ts';

type Runtimes = Config['runtimes'];
type RuntimeEntry = Runtimes[string];

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** `{ name: { module?, options? } }`, the same as JSON text, or the names alone, separated by commas. */
export const runtimes: Parser<Runtimes> = {
  allowed: 'names separated by commas, or a map of name to { module, options }',
  parse: (raw) => {
    const entries = Object.entries(asMap(raw) ?? {});
    const parsed = entries.flatMap(([name, value]) => {
      const entry = NAME.test(name) ? parseEntry(value) : undefined;
      return entry === undefined ? [] : [[name, entry] as const];
    });
    return parsed.length > 0 && parsed.length === entries.length ? Object.fromEntries(parsed) : undefined;
  },
};

function asMap(raw: unknown): Record<string, unknown> | undefined {
  if (typeof raw !== 'string') {
    return isRecord(raw) ? raw : undefined;
  }
  if (!raw.trim().startsWith('{')) {
    return Object.fromEntries(raw.split(',').map((name) => [name.trim(), null]));
  }
  try {
    return JSON.parse(raw) as Record<string, unknown>;
  } catch {
    // The caller's message says what is allowed; the parser's would quote options, which may hold secrets.
    return undefined;
  }
}

function parseEntry(value: unknown): RuntimeEntry | undefined {
  if (value === null) {
    return { options: {} };
  }
  if (!isRecord(value)) {
    return undefined;
  }
  const { module, options = {}, ...unknown } = value;
  if (!isRecord(options) || Object.keys(unknown).length > 0) {
    return undefined;
  }
  if (module === undefined) {
    return { options };
  }
  return typeof module === 'string' && module !== '' ? { module, options } : undefined;
}
