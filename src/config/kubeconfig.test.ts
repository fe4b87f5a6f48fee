import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readKubeconfig, renderKubeconfig } from './kubeconfig.ts';

const access = { server: 'https://127.0.0.1:6443', ca: '-----BEGIN CERTIFICATE-----\nAA==\n', token: 'secret' };

it('reads what it has written', () => {
  expect(readKubeconfig(renderKubeconfig({ ...access, context: 'flotilla' }))).toEqual(access);
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (token, ca) => {
      fc.pre(Buffer.from(ca).toString() === ca && Buffer.from(token).toString() === token);
      expect(readKubeconfig(renderKubeconfig({ server: 'https://x', ca, token, context: 'flotilla' }))).toMatchObject({
        token,
        ca,
      });
    }),
  );
});

it.each([
  ['', 'not a kubeconfig'],
  ['a: b: c', 'not valid YAML'],
  ['{}', 'no context for the current context'],
  [renderKubeconfig({ ...access, token: '', context: 'x' }), 'no user.token'],
  [renderKubeconfig({ ...access, context: 'x' }).replace('current-context: x', 'current-context: y'), 'no context'],
])('says what %j lacks', (text, message) => {
  expect(() => readKubeconfig(text)).toThrow(message);
});
