/** Where two values differ, for messages that refuse a change: `-spec.nodeName: "a"`, `+spec.nodeName: "b"`. */
import { isDeepStrictEqual } from 'node:util';

const MAX_LINES = 20;
const MAX_LENGTH = 200;

const isNode = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Keys come from clients: one named `constructor` must not find what every object inherits. */
const own = (node: Record<string, unknown>, key: string): unknown => (Object.hasOwn(node, key) ? node[key] : undefined);

/** A sum of what differs must not make a message as large as the objects. */
function show(sign: string, path: string, value: unknown): string[] {
  if (value === undefined) {
    return [];
  }
  const text = JSON.stringify(value);
  return [`${sign} ${path}: ${text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text}`];
}

function changes(path: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) {
    return [];
  }
  if (!isNode(before) || !isNode(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [...show('-', path, before), ...show('+', path, after)];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    changes(Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`, own(before, key), own(after, key)),
  );
}

export function describeChanges(path: string, before: unknown, after: unknown): string {
  const lines = changes(path, before, after);
  const shown = lines.slice(0, MAX_LINES);
  return [...shown, ...(lines.length > MAX_LINES ? [`… ${lines.length - MAX_LINES} more`] : [])].join('\n');
}
