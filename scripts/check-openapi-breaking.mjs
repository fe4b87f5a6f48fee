/**
 * Fails when openapi/ would break clients of main: something removed, newly required, narrowed or of another type.
 * A break on purpose is announced by an entry `- Breaking: …` under [Unreleased] in CHANGELOG.md that names it in
 * backticks: a path, an operation (`GET /version`), a schema or a property of one.
 * Usage: node scripts/check-openapi-breaking.mjs [--base COMMIT] [FOLDER]
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { announcedSubjects, isAnnounced } from './openapi-breaks/announced.mjs';
import { baseRevision, git } from './openapi-breaks/base-revision.mjs';
import { findBreaks } from './openapi-breaks/find-breaks.mjs';

const DOCUMENTS = ['openapi/openapi.json', 'openapi/asyncapi.yaml'];

const { values, positionals } = parseArgs({ options: { base: { type: 'string' } }, allowPositionals: true });
const root = resolve(positionals[0] ?? join(import.meta.dirname, '..'));
const base = values.base === undefined ? baseRevision(root) : { commit: values.base, why: 'as asked' };

/** Undefined: `document` is new since the base. A removed one breaks whole. */
function breaksOf(document, scratch) {
  const text = git(root, 'show', `${base.commit}:${document}`);
  if (text === undefined) {
    console.log(`${document} is not in ${base.commit}: nothing to compare`);
    return [];
  }
  if (!existsSync(join(root, document))) {
    return [{ subject: document, message: 'The document was removed.' }];
  }
  const before = join(scratch, `before-${basename(document)}`);
  const after = join(scratch, basename(document));
  writeFileSync(before, withPlainReferences(document, text));
  writeFileSync(after, withPlainReferences(document, readFileSync(join(root, document), 'utf8')));
  return findBreaks(before, after);
}

/** A reference within an `allOf`, which has room for a description beside it, is the reference to a client. */
function withPlainReferences(document, text) {
  if (!document.endsWith('.json')) {
    return text;
  }
  const plain = (_, value) => {
    const [only, ...others] = value?.allOf ?? [];
    return only?.$ref !== undefined && others.length === 0 ? { $ref: only.$ref } : value;
  };
  return JSON.stringify(JSON.parse(text, plain));
}

function compare(scratch) {
  const breaks = DOCUMENTS.flatMap((document) => breaksOf(document, scratch));
  const announced = announcedSubjects(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'));
  const silent = breaks.filter((one) => !isAnnounced(announced, one));
  for (const { subject, message } of silent) {
    console.error(`${subject}: ${message}`);
  }
  if (silent.length > 0) {
    console.error('Each of these breaks clients. Keep it, or name it in a `- Breaking:` entry of CHANGELOG.md.');
    process.exitCode = 1;
  }
  console.log(`${breaks.length} breaking changes, ${breaks.length - silent.length} of them announced`);
}

if (base.commit === undefined) {
  console.log(`openapi/ is compared with nothing: ${base.why}`);
} else {
  console.log(`openapi/ is compared with ${base.commit}, ${base.why}`);
  const scratch = mkdtempSync(join(tmpdir(), 'flotilla-openapi-'));
  try {
    compare(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
