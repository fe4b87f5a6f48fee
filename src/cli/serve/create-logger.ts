/**
 * The log of a serving process, on stderr: lines for people, or JSON. Written through the stream and not to its file
 * descriptor, since the renderer of the steps holds back what is written to the stream while it repaints.
 */
import { type Logger as Pino, pino } from 'pino';
import type { Config } from '../../config/config.ts';
import { describeError } from '../describe-error.ts';
import type { TerminalStream } from '../terminal.ts';

/** No part logs these; should one do so by mistake, the value does not get out. */
const SECRETS = ['token', 'password', 'authorization', 'databaseUrl', 'redisUrl'];
const BASE_FIELDS = new Set(['level', 'time', 'msg', 'err', 'pid', 'hostname']);

export function createLogger({ level, format }: Config['log'], stderr: TerminalStream): Pino {
  const write = (line: string): void => {
    stderr.write(format === 'json' ? line : formatLine(JSON.parse(line) as LogLine));
  };
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const serializers = { err: (error: unknown) => describeError(error) };
  return pino({ level, serializers, redact: { paths, censor: '(hidden)' } }, { write });
}

interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

function formatLine(line: LogLine): string {
  const time = new Date(line.time).toISOString().slice(11, 19);
  const level = (pino.levels.labels[line.level] ?? '').toUpperCase().padEnd(5);
  const fields = Object.entries(line)
    .filter(([name]) => !BASE_FIELDS.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const why = line.err?.message === undefined ? '' : `: ${line.err.message}`;
  return `${time} ${level} ${line.msg ?? ''}${why}${fields.join('')}\n`;
}
