import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../../version.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { CLIENT_SCHEMAS, SERVER_SCHEMAS } from './message-schemas.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

it('is what openapi/asyncapi.yaml says', () => {
  expect(parse(read('openapi/asyncapi.yaml'))).toEqual(asyncApiDocument(VERSION));
});

it('accepts every frame that docs/stream.md shows', () => {
  const ajv = new Ajv({ formats: { 'date-time': true } });
  const frames = read('docs/stream.md')
    .split('\n')
    .filter((line) => /^[<>] \{/.test(line));
  expect(frames.length).toBeGreaterThan(8);
  for (const line of frames) {
    // The ellipsis stands for the rest of an object's metadata.
    const frame = JSON.parse(line.slice(2).replaceAll(',…}', '}}')) as { type: string };
    const schemas: Readonly<Record<string, object>> = line.startsWith('>') ? CLIENT_SCHEMAS : SERVER_SCHEMAS;
    const validate = ajv.compile(schemas[frame.type] ?? false);
    expect(validate(frame), `${line}: ${ajv.errorsText(validate.errors)}`).toBe(true);
  }
});
