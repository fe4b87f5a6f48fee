import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ObjectText } from '../../registry/registry.ts';
import type { Rendering } from './rendering.ts';
import { yamlListChunks } from './yaml-rendering.ts';

const rendering = (key: string): Rendering => ({
  single: () => '',
  open: (meta) => `{"kind":"List","metadata":${JSON.stringify(meta)},"${key}":[`,
  item: ({ body }) => String(body),
  close: ']}',
  bookmark: () => '',
});
const stored = (value: unknown): ObjectText => ({ body: JSON.stringify(value), revision: 1 }) as unknown as ObjectText;

async function rendered(key: string, ...[first = [], ...others]: unknown[][]): Promise<unknown> {
  const items = first.map(stored);
  const rest = (async function* () {
    yield* others.map((page) => page.map(stored));
  })();
  const pieces: Buffer[] = [];
  for await (const piece of yamlListChunks(rendering(key), { revision: 7, items } as never, rest)) {
    pieces.push(piece);
  }
  return parse(Buffer.concat(pieces).toString());
}

describe('a list in YAML', () => {
  it('is what the same list is in JSON, whatever texts its items hold', async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a\nb', ' a\n  b\n', '\n\n x', 'a\n\n', '- a', '|', 'yes', '7'));
    const item = fc.record({ kind: fc.constant('Pod'), data: fc.dictionary(text, fc.jsonValue()), text });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(item, { maxLength: 3 }), { minLength: 1, maxLength: 3 }), async (pages) => {
        const list = {
          kind: 'List',
          metadata: { resourceVersion: '7' },
          items: JSON.parse(JSON.stringify(pages.flat())),
        };
        expect(await rendered('items', ...pages)).toEqual(list);
      }),
      { numRuns: 200 },
    );
  });

  it('has its place where the shape has it, also when it is empty', async () => {
    expect(await rendered('rows')).toEqual({ kind: 'List', metadata: { resourceVersion: '7' }, rows: [] });
    expect(await rendered('rows', [{ a: 1 }])).toMatchObject({ rows: [{ a: 1 }] });
  });
});
