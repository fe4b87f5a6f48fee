/** A lint that finds nothing must be shown to find planted faults. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'flotilla-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FAULTS = [
  ['operation-description', '"description": "Answers with the object as it is stored now."', '"x-none": ""'],
  ['operation-summary', '"summary": "create Pod"', '"x-none": ""'],
  ['operation-operationId-unique', 'patchCoreV1NamespacedPod"', 'replaceCoreV1NamespacedPod"'],
  ['no-unresolved-refs', '#/components/schemas/io.k8s.api.core.v1.Pod"', '#/components/schemas/Lost"'],
  ['path-parameters-defined', '/api/v1/nodes/{name}"', '/api/v1/nodes/{nickname}"'],
  ['request-mime-type', '"application/merge-patch+json"', '"text/html"'],
] as const;

let output: string;
beforeAll(() => {
  mkdirSync(join(folder, 'openapi'));
  cpSync(join(root, 'redocly.yaml'), join(folder, 'redocly.yaml'));
  const document = readFileSync(join(root, 'openapi/openapi.json'), 'utf8');
  const spoilt = FAULTS.reduce((text, [, from, to]) => text.replaceAll(from, to), document);
  writeFileSync(join(folder, 'openapi/openapi.json'), spoilt);
  const redocly = join(root, 'node_modules/@redocly/cli/bin/cli.js');
  const args = [redocly, 'lint', 'rest', '--format=github-actions', '--max-problems=100000'];
  const env = { ...process.env, REDOCLY_SUPPRESS_NOTIFICATIONS: 'true', REDOCLY_TELEMETRY: 'off' };
  output = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 256 << 20, env }).stdout;
});

it.each(FAULTS)('finds %s', (rule) => {
  expect(output).toContain(`title=${rule},`);
});
