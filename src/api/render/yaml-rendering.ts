/** What was rendered as JSON, in YAML. A list item by item: its library takes milliseconds for a pod. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { ListedStream } from '../../registry/registry.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import { pagesOf } from './list-pages.ts';
import { listMeta, type Rendering } from './rendering.ts';

/** Characters of JSON between two turns of the event loop: some milliseconds. */
const STEP_CHARACTERS = 16 * 1024;

/** What Go would take for something else (`yes`, `0644`) is quoted. */
const OPTIONS = { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' } as const;

export const renderYaml = (value: unknown): string => stringify(value, OPTIONS);

/** An entry of a block sequence. Block scalars are indented with what holds them. */
const entry = (value: unknown): string => `- ${renderYaml(value).replace(/\n(?=[^\n])/g, '\n  ')}`;

/** What stands around the items, and under which key they stand. */
function frameOf(rendering: Rendering, listed: Omit<ListedStream, 'rest'>): [head: string, key: string] {
  const frame = Object.entries(JSON.parse(`${rendering.open(listMeta(listed))}null${rendering.close}`) as object);
  const isPlace = (value: unknown): boolean => Array.isArray(value) && value.length === 1 && value[0] === null;
  const [key = ''] = frame.find(([, value]) => isPlace(value)) ?? [];
  return [renderYaml(Object.fromEntries(frame.filter(([name]) => name !== key))), key];
}

export async function* yamlListChunks(
  rendering: Rendering,
  listed: Omit<ListedStream, 'rest'>,
  rest: ListedStream['rest'],
): AsyncGenerator<Buffer> {
  const gathered = new GatheredBytes();
  const [head, key] = frameOf(rendering, listed);
  gathered.add(head);
  let characters = 0;
  let isEmpty = true;
  for await (const page of pagesOf(listed.items, rest)) {
    for (const stored of page) {
      const json = rendering.item(stored);
      gathered.add(`${isEmpty ? `${key}:\n` : ''}${entry(JSON.parse(json))}`);
      isEmpty = false;
      characters += json.length;
      if (characters > STEP_CHARACTERS) {
        characters = 0;
        yield* gathered.full();
        await nextTurn();
      }
    }
  }
  gathered.add(isEmpty ? `${key}: []\n` : '');
  yield* gathered.rest();
}
