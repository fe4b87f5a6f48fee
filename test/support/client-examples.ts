/** The examples of docs/client.md: each block of code, and the block of output that may follow it. */
import { readFile } from 'node:fs/promises';

export interface ClientExample {
  readonly code: string;
  readonly output: string;
  readonly isBrowser: boolean;
}

export async function readClientExamples(): Promise<ClientExample[]> {
  const page = await readFile(new URL('../../docs/client.md', import.meta.url), 'utf8');
  return [...page.matchAll(/```js( browser)?\n([\s\S]*?)```\n(?:\n```\n([\s\S]*?)```)?/g)].map(
    ([, browser, code = '', output = '']) => ({ code, output, isBrowser: browser !== undefined }),
  );
}
