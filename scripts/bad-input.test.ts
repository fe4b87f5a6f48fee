/** Tests that docs/pod-lifecycle.md names are there. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** `file`: title, the last cell of a row. */
const NAMED = /\| `(?<file>[^`]+\.test\.ts)`: (?<title>.+?) *\|$/gm;
const rows = [...read('docs/pod-lifecycle.md').matchAll(NAMED)].map(({ groups = {} }) => groups);

it('docs/pod-lifecycle.md names tests', () => {
  expect(rows.length).toBeGreaterThan(15);
});

it.each(rows)('$file: $title', ({ file = '', title = '' }) => {
  expect(read(file)).toContain(title);
});
