/** The types of `flotilla/client` in projects that have installed it from the packed tarball. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readClientExamples } from '../test/support/client-examples.ts';
import { type Consumer, createConsumer } from '../test/support/consumer.ts';

const WRONG = `
import { createClient } from 'flotilla/client';
const client = createClient({ server: 'https://fleet' });
// @ts-expect-error: this path needs a namespace
client.watch('/api/v1/namespaces/{namespace}/pods');
// @ts-expect-error: one object is no collection
client.watch('/api/v1/nodes/{name}');
// @ts-expect-error: there is no such kind
client.stream({ gadgets: { apiVersion: 'v1', kind: 'Gadget' } });
for await (const event of client.stream({ pods: { apiVersion: 'v1', kind: 'Pod' } })) {
  // @ts-expect-error: there is no such subscription
  if (event.id === 'nodes') {}
  // @ts-expect-error: pods have no replicas
  if (event.type === 'ADDED') event.object.spec?.replicas;
}
`;

let consumer: Consumer;
const files: string[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, [join(import.meta.dirname, 'build.mjs')]);
  consumer = await createConsumer();
  const sources = [WRONG, ...(await readClientExamples()).map(({ code }) => code)];
  for (const [index, source] of sources.entries()) {
    files.push(`source-${index}.ts`);
    await consumer.write(`source-${index}.ts`, source);
  }
});
afterAll(() => consumer?.remove());

// Version 5, which is not native, need not check its own libraries.
it.each([
  ['typescript', 'nodenext', ['--skipLibCheck', 'false']],
  ['typescript', 'bundler', []],
  ['typescript5', 'nodenext', ['--skipLibCheck']],
])('%s takes them in a strict project, resolving as %s', { timeout: 120_000 }, async (compiler, resolution, more) => {
  const module = resolution === 'bundler' ? 'esnext' : resolution;
  const target = ['--target', 'es2022', '--lib', 'es2023,dom,dom.asynciterable'];
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', ...more];
  const resolving = ['--module', module, '--moduleResolution', resolution];
  expect(await consumer.compile(compiler, ...target, ...strict, ...resolving, ...files)).toBe('');
});
