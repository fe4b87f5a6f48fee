import { describe, expect, it } from 'vitest';
import { KIND_NOW, kindFixture } from '../../../test/support/kind-fixture.ts';

const { completed, created, refusals, updateRefusals, statusRefusals, definition } = kindFixture('DaemonSet');

type Loose = Record<string, unknown>;
const LABELS = { app: 'agent' };
const set = (spec: Loose = {}, podSpec: Loose = {}): object => ({
  metadata: { name: 'agent' },
  spec: {
    selector: { matchLabels: LABELS },
    template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'main', image: 'a:1' }], ...podSpec } },
    ...spec,
  },
});
const rolling = (rollingUpdate: Loose): object => set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
const UPDATE = 'spec.updateStrategy.rollingUpdate';

describe('DaemonSet', () => {
  it.each<[string, object, string[]]>([
    ['nothing', set(), []],
    ['updates by hand', set({ updateStrategy: { type: 'OnDelete' } }), []],
    ['a surge instead of a gap', rolling({ maxSurge: '100%', maxUnavailable: 0 }), []],
    [
      'no selector: none of its pods is found again',
      set({ selector: undefined }),
      ['spec.template.metadata.labels: Invalid value: {"app":"agent"}: `selector` does not match template `labels`'],
    ],
    [
      'an empty selector',
      set({ selector: {} }),
      ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset'],
    ],
    [
      'a deadline',
      set({}, { activeDeadlineSeconds: 5 }),
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported'],
    ],
    [
      'no way forward',
      rolling({ maxUnavailable: '0%' }),
      [`${UPDATE}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`],
    ],
    [
      'two ways forward',
      rolling({ maxUnavailable: 1, maxSurge: 1 }),
      [`${UPDATE}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`],
    ],
    [
      'more than all',
      rolling({ maxUnavailable: '101%' }),
      [`${UPDATE}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`],
    ],
    [
      'more than all at once',
      rolling({ maxSurge: '150%', maxUnavailable: 0 }),
      [`${UPDATE}.maxSurge: Invalid value: "150%": must not be greater than 100%`],
    ],
    [
      'another strategy',
      set({ updateStrategy: { type: 'Odd' } }),
      ['spec.updateStrategy: Unsupported value: {"type":"Odd"}: supported values: "RollingUpdate", "OnDelete"'],
    ],
  ])('with %s', (_name, body, expected) => {
    expect(refusals(body)).toEqual(expected);
  });

  it('numbers its templates in an annotation that is the server’s', () => {
    const ANNOTATION = 'deprecated.daemonset.template.generation';
    const first = created(set());
    expect(first.metadata.annotations).toEqual({ [ANNOTATION]: '1' });
    const next = (body: object) => {
      const object = completed(body);
      definition.prepareForUpdate?.(object, first, { now: KIND_NOW });
      return object.metadata.annotations;
    };
    expect(next(set({ minReadySeconds: 3 }))).toEqual({ [ANNOTATION]: '1' });
    expect(
      next({ ...set({}, { hostNetwork: true }), metadata: { name: 'agent', annotations: { [ANNOTATION]: '9' } } }),
    ).toEqual({
      [ANNOTATION]: '2',
    });
  });

  it('never changes its selector, and never forgets a collision', () => {
    const labels = { app: 'agent', tier: 'x' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'a:1' }] } };
    expect(updateRefusals(set({ selector: { matchLabels: labels }, template }), set())).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"agent","tier":"x"}}: field is immutable',
    ]);
    expect(statusRefusals({ ...set(), status: {} }, { ...set(), status: { collisionCount: 1 } })).toEqual([
      'status.collisionCount: Invalid value: 0: cannot be decremented',
    ]);
  });
});
