/** The placeholders of log lines and of what is said of pods. Pure. */
import type { ContainerRecord, PodRecord } from '../pod-record.ts';

export interface Written {
  readonly record: PodRecord;
  readonly container: ContainerRecord;
  /** The line's number, from 1. */
  readonly n: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const VALUES: ReadonlyMap<string, (written: Written) => string> = new Map([
  ['pod', ({ record }: Written) => record.name],
  ['namespace', ({ record }: Written) => record.namespace],
  ['node', ({ record }: Written) => record.node],
  ['container', ({ container }: Written) => container.name],
  ['attempt', ({ container }: Written) => String(container.attempt)],
  ['n', ({ n }: Written) => String(n)],
  ['time', ({ at }: Written) => new Date(at).toISOString()],
]);

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/** Others stay as they are written. */
export const fillIn = (line: string, written: Written): string =>
  line.includes('{{') ? line.replace(PLACEHOLDER, (all, name: string) => VALUES.get(name)?.(written) ?? all) : line;

export const fillInWords = (text: string, words: Readonly<Record<string, string>>): string =>
  text.replace(PLACEHOLDER, (all, name: string) => (Object.hasOwn(words, name) ? (words[name] ?? all) : all));
