/** A gate that lets everything pass must be shown to stop each planted break. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, 'check-openapi-breaking.mjs');
const folder = mkdtempSync(join(tmpdir(), 'flotilla-breaking-'));
afterAll(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

type Json = Record<string, object | undefined>;
const text = { type: 'string' };
const limit: object = { name: 'limit', in: 'query', schema: { type: 'integer' } };

/** One part of a document: a path, and the schema that it takes and answers with. */
const part = (number: number) => {
  const json = { 'application/json': { schema: { $ref: `#/components/schemas/Thing${number}` } } };
  const operation = (operationId: string) => ({
    ...{ operationId: `${operationId}${number}`, parameters: [limit] },
    requestBody: { content: { ...json, 'application/yaml': { schema: text } } as Json },
    responses: { '200': { description: 'OK', content: json }, '201': { description: 'Created' } } as Json,
  });
  const properties: Json = {
    ...{ name: text, count: { type: 'integer' }, colour: { type: 'string', enum: ['red', 'blue'] }, gone: text },
    list: { type: 'array', items: text },
  };
  return {
    path: { put: operation('put'), post: operation('post') as object | undefined } as
      | { put: ReturnType<typeof operation>; post: object | undefined }
      | undefined,
    thing: { type: 'object', required: ['name'], properties },
  };
};
type Part = ReturnType<typeof part>;

const put = ({ path }: Part) => {
  if (path === undefined) {
    throw new Error('the path is gone');
  }
  return path.put;
};

/** Each is done to a part of its own, whose number stands for N in what must be told. */
const PLANTS: readonly (readonly [fault: string, plant: (one: Part) => unknown, told: string])[] = [
  ['a path is gone', (one) => Object.assign(one, { path: undefined }), '/N: Path `/N` was removed.'],
  ['an operation is gone', (one) => Object.assign(one.path ?? {}, { post: undefined }), 'POST /N: Operation'],
  ['a property is gone', (one) => delete one.thing.properties['gone'], 'ThingN.gone: Property `gone`'],
  [
    'a property is newly required',
    (one) => one.thing.required.push('count'),
    'ThingN: Properties of `ThingN` became required: `count`',
  ],
  [
    'a new property is required',
    ({ thing }) => Object.assign(thing.properties, { fresh: text }) && thing.required.push('fresh'),
    'ThingN: Properties of `ThingN` became required: `fresh`',
  ],
  [
    'a parameter is newly required',
    (one) => put(one).parameters.splice(0, 1, { ...limit, required: true }),
    'PUT /N: `limit` query parameter became required.',
  ],
  [
    'a new parameter is required',
    (one) => put(one).parameters.push({ name: 'x', in: 'query', schema: text, required: true }),
    'PUT /N: Required `x` query parameter was added.',
  ],
  ['a parameter is gone', (one) => put(one).parameters.pop(), 'PUT /N: `limit` query parameter was removed.'],
  [
    'an enum is narrower',
    (one) => Object.assign(one.thing.properties['colour'] ?? {}, { enum: ['red'] }),
    "ThingN.colour: Enum of `colour` lost values: 'blue'.",
  ],
  [
    'what was free has an enum',
    (one) => Object.assign(one.thing.properties, { name: { ...text, enum: ['a'] } }),
    'ThingN.name: Enum of `name`',
  ],
  ['a type is another', (one) => Object.assign(one.thing.properties, { count: text }), 'ThingN.count: Type of `count`'],
  [
    'the type of items is another',
    (one) => Object.assign(one.thing.properties['list'] ?? {}, { items: { type: 'integer' } }),
    'ThingN.list: Type',
  ],
  [
    'a media type is gone',
    (one) => delete put(one).requestBody.content['application/yaml'],
    'PUT /N: Media type `application/yaml` was removed.',
  ],
  ['an answer is gone', (one) => delete put(one).responses['201'], 'PUT /N: Response `201` was removed.'],
  [
    "an operation's id is another",
    (one) => Object.assign(put(one), { operationId: 'other' }),
    'PUT /N: `operationId` of operation',
  ],
];

/** `change` may change part 0, or any by its number. */
function write(change: (one: Part, number: number) => unknown = () => undefined, unreleased = ''): void {
  const parts = PLANTS.map((_, number) => part(number));
  for (const [number, one] of parts.entries()) {
    change(one, number);
  }
  const document = {
    ...{ openapi: '3.0.3', info: { title: 't', version: '1' } },
    paths: Object.fromEntries(parts.map(({ path }, number) => [`/${number}`, path])),
    components: { schemas: Object.fromEntries(parts.map(({ thing }, number) => [`Thing${number}`, thing])) },
  };
  writeFileSync(join(folder, 'openapi/openapi.json'), JSON.stringify(document, null, 1));
  writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n## [Unreleased]\n\n${unreleased}\n\n## 0.0.1\n`);
}

function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args, folder], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Takes a path and a property away. */
function breakTwice(one: Part, number: number): void {
  if (number === 0) {
    one.path = undefined;
  } else if (number === 1) {
    delete one.thing.properties['gone'];
  }
}

beforeAll(() => {
  mkdirSync(join(folder, 'openapi'));
  git('init', '--quiet', '--initial-branch=main');
  write();
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
});

it('says that the first commit has nothing to be compared with', () => {
  const { status, stdout } = check();
  expect(stdout).toContain('compared with nothing: this clone has no commit before HEAD');
  expect(status).toBe(0);
});

describe('with everything broken', () => {
  let told: ReturnType<typeof check>;
  beforeAll(() => {
    write((one, number) => PLANTS[number]?.[1](one));
    told = check();
  });

  it('fails', () => expect(told.status).toBe(1));

  it.each(PLANTS.map(([fault, , text], number) => [fault, text.replaceAll('N', String(number))]))(
    'tells when %s',
    (_fault, text) => {
      expect(told.stderr.split('\n')).toSatisfy((lines: string[]) => lines.some((line) => line.startsWith(text)));
    },
  );
});

it('lets additions pass', () => {
  write((one) => {
    one.thing.properties['fresh'] = text;
    Object.assign(one.thing.properties['colour'] ?? {}, { enum: ['red', 'blue', 'green'] });
    put(one).parameters.push({ name: 'x', in: 'query', schema: text });
    Object.assign(one.path ?? {}, { get: { ...put(one), operationId: `get${put(one).operationId}` } });
  });
  const { status, stdout, stderr } = check();
  expect(stdout).toContain('0 breaking changes');
  expect([status, stderr]).toEqual([0, '']);
});

it.each([
  ['- Breaking: nobody used\n  `/0`, nor `Thing1.gone`.', []],
  ['- Breaking: `/0` and `Thing1`.', []],
  ['- Breaking: `/0` is removed.\n- `Thing1.gone` is better than ever.', ['Thing1.gone']],
  ['- Breaking: `/` and `Thing1.go`.', ['/0', 'Thing1.gone']],
])('lets pass what the changelog names as breaking: %j', (unreleased, stopped) => {
  write(breakTwice, unreleased);
  const { status, stderr } = check();
  const subjects = [...stderr.matchAll(/^(\S+): /gm)].map(([, subject]) => subject);
  expect([status, subjects]).toEqual([stopped.length > 0 ? 1 : 0, stopped]);
});

it('fails when a document is gone', () => {
  write();
  rmSync(join(folder, 'openapi/openapi.json'));
  expect(check().stderr).toContain('openapi/openapi.json: The document was removed.');
});

it('compares a branch with where it left main, main with the commit before, and both with what is asked', () => {
  git('checkout', '--quiet', '-b', 'branch');
  write(breakTwice);
  git('commit', '--quiet', '-am', 'breaks');
  const onBranch = check();
  expect(onBranch.stdout).toContain('where this branch left main');
  expect(onBranch.status).toBe(1);
  expect(check('--base', 'HEAD').status).toBe(0);
  git('checkout', '--quiet', '-B', 'main');
  const onMain = check();
  expect(onMain.stdout).toContain('the commit before HEAD');
  expect(onMain.status).toBe(1);
  git('commit', '--quiet', '--allow-empty', '-m', 'more');
  expect(check().status).toBe(0);
});
