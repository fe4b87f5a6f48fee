/** A checker that finds nothing must be shown to find a planted fault. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const compose = read('docker-compose.yml');
const folder = mkdtempSync(join(tmpdir(), 'flotilla-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(text: string) {
  const path = join(folder, 'docker-compose.yml');
  writeFileSync(path, text);
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/check-compose.mjs'), path], {
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('check-compose', () => {
  it('finds nothing in ours', () => {
    expect(check(compose)).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['an unknown key', 'restart: unless-stopped', 'restrat: unless-stopped', 'additional properties: restrat'],
    ['a wrong type', 'retries: 30', 'retries: [30]', 'must be'],
    ['a bad duration', 'interval: 2s', 'interval: 2 seconds', 'must match format "duration"'],
    ['an image without a version', 'image: redis:8.2-bookworm', 'image: redis:latest', 'not pinned'],
    ['a dependency that is no service', 'redis: { condition', 'reddis: { condition', 'which is no service'],
    ['a dependency that is not waited for', 'service_healthy', 'service_started', 'is healthy'],
    ['an undeclared volume', 'home:/var', 'hoem:/var', 'volume hoem is not declared'],
  ])('finds %s', (_fault, from, to, message) => {
    const { status, stderr } = check(compose.replace(from, to));
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('the container files', () => {
  it('set only variables that Flotilla reads', () => {
    const documented = new Set(read('docs/configuration.md').match(/`(FLOTILLA_\w+|DATABASE_URL|REDIS_URL)`/g));
    const used = `${compose}\n${read('Dockerfile')}`.match(/\b(FLOTILLA_\w+|DATABASE_URL|REDIS_URL)(?=[:=])/g) ?? [];
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !documented.has(`\`${name}\``))).toEqual([]);
  });
});
