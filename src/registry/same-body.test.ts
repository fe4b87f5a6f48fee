import { expect, it, vi } from 'vitest';
import { isSameBody } from './same-body.ts';

const body = (more: object): string => JSON.stringify({ kind: 'ConfigMap', ...more });

it('is told whatever the order of keys', () => {
  expect(isSameBody(body({ a: '1', b: ['x', 'y'] }), body({ b: ['x', 'y'], a: '1' }))).toBe(true);
  expect(isSameBody(body({ a: '1', b: '2' }), body({ a: '2', b: '1' }))).toBe(false);
  expect(isSameBody(body({ b: ['x', 'y'] }), body({ b: ['y', 'x'] }))).toBe(false);
  expect(isSameBody(body({ at: '05' }), body({ at: '14' }))).toBe(false);
});

it('is told of a changed time without a parse', () => {
  const parse = vi.spyOn(JSON, 'parse');
  try {
    expect(isSameBody(body({ at: '2026-01-02T03:04:05Z' }), body({ at: '2026-01-02T03:04:14Z' }))).toBe(false);
    expect(parse).not.toHaveBeenCalled();
  } finally {
    parse.mockRestore();
  }
});
