import { describe, expect, it } from 'vitest';
import { isWithin } from './is-within.ts';

describe('a path', () => {
  it.each(['/a', '/a/', '/a/b', '/a/b/../c', '/a/..data/b', '/a/..', '/a/../b', '/ab', '/', '/b/a'])(
    '%s is within /a, or not',
    (path) => {
      expect(isWithin('/a', path)).toBe(['/a', '/a/', '/a/b', '/a/b/../c', '/a/..data/b'].includes(path));
    },
  );
});
