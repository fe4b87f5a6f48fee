import { expect, it } from 'vitest';
import { RuntimeError } from './runtime.ts';

it("knows a package's own errors by name and code, and no others", () => {
  const own = Object.assign(new Error('no'), { name: 'RuntimeError', code: 'NotFound' });
  expect(own).toBeInstanceOf(RuntimeError);
  expect(new RuntimeError('NotFound', 'no')).toBeInstanceOf(RuntimeError);
  expect(Object.assign(new Error('no'), { code: 'ENOENT' })).not.toBeInstanceOf(RuntimeError);
  expect(Object.assign(new Error('no'), { name: 'RuntimeError' })).not.toBeInstanceOf(RuntimeError);
  expect({ name: 'RuntimeError', code: 'NotFound' }).not.toBeInstanceOf(RuntimeError);
});
