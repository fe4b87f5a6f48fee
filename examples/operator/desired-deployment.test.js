import { describe, expect, it } from 'vitest';
import { covers, desiredDeployment, InvalidConfigMap } from './desired-deployment.js';

const configMap = (/** @type {import('@kubernetes/client-node').V1ConfigMap['data']} */ data) => ({
  metadata: { name: 'blog', namespace: 'n', uid: 'u' },
  data,
});

describe('what a ConfigMap asks for', () => {
  it('is a Deployment that goes when it goes', () => {
    expect(desiredDeployment(configMap({ image: 'busybox', replicas: '2', greeting: 'Hello' }))).toMatchObject({
      metadata: { name: 'blog', namespace: 'n', ownerReferences: [{ kind: 'ConfigMap', uid: 'u', controller: true }] },
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ image: 'busybox', env: [{ name: 'GREETING', value: 'Hello' }] }] } },
      },
    });
  });

  it.each(
    /** @type {Record<string, string>[]} */ ([
      {},
      { image: '' },
      { image: 'a', replicas: 'many' },
      { image: 'a', replicas: '-1' },
    ]),
  )('is refused: %j', (data) => {
    expect(() => desiredDeployment(configMap(data))).toThrow(InvalidConfigMap);
  });

  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, true],
    [{ a: { b: 1 } }, { a: { b: 1, c: 2 } }, true],
    [{ a: { b: 1 } }, {}, false],
    [[{ a: 1 }], [{ a: 1, b: 2 }], true],
    [[1], [1, 2], false],
    [[], undefined, true],
    [{ a: 1 }, { a: 2 }, false],
  ])('%j is covered by %j: %s', (desired, actual, is) => {
    expect(covers(desired, actual)).toBe(is);
  });
});
