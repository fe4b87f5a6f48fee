import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { signInHeaders, signInPage } from './sign-in-page.ts';

const page = signInPage();
const policy = signInHeaders()['content-security-policy'] ?? '';
const inner = (tag: string): string => new RegExp(`<${tag}>([^]*)</${tag}>`).exec(page)?.[1] ?? '';

it.each(['script', 'style'])('runs its own %s and no other', (tag) => {
  const hash = createHash('sha256').update(inner(tag)).digest('base64');
  expect(inner(tag)).not.toBe('');
  expect(policy).toContain(`${tag}-src 'sha256-${hash}'`);
  expect(policy).toContain("default-src 'none'");
});

it('needs no other file', () => {
  expect(page).not.toMatch(/src=|href=|url\(|@import/);
});

it('never puts the token into an address or a form body', () => {
  expect(page).not.toMatch(/<input[^>]*name=/);
  expect(policy).toContain("form-action 'none'");
  expect(signInHeaders()['cache-control']).toBe('no-store');
});

it('can be used without seeing it', () => {
  expect(page).toContain('<html lang="en">');
  expect(page).toContain('<label for="token">');
  expect(page).toContain('aria-describedby="where"');
  expect(page).toContain('role="alert"');
});
