import { expect, it } from 'vitest';
import { countRows } from './database-task.ts';

it('tells every few seconds how many rows there are, without the head', async () => {
  let [now, told] = [0, ''];
  const clock = { now: () => 0, monotonic: () => now, sleep: async () => undefined };
  const counter = countRows({ stderr: { write: (text) => (told += text) }, clock }, (text) => text.length);
  async function* texts() {
    for (const text of ['h', 'ab', 'c', 'def']) {
      yield text;
      now += 3_000;
    }
  }
  const passed: string[] = [];
  for await (const text of counter.count(texts())) {
    passed.push(text);
  }
  expect([passed.join(' '), counter.rows, told]).toEqual(['h ab c def', 6, '3 rows so far\n']);
});
