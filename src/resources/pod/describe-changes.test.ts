import { describe, expect, it } from 'vitest';
import { describeChanges } from './describe-changes.ts';

describe('describeChanges', () => {
  it('names what was taken away, changed and added', () => {
    const before = { nodeName: 'a', nodeSelector: { disk: 'ssd' }, priority: 1 };
    const after = { nodeName: 'b', nodeSelector: {}, hostNetwork: true, priority: 1 };
    expect(describeChanges('spec', before, after).split('\n')).toEqual([
      '- spec.nodeName: "a"',
      '+ spec.nodeName: "b"',
      '- spec.nodeSelector.disk: "ssd"',
      '+ spec.hostNetwork: true',
    ]);
  });

  it('takes keys that every object inherits as data', () => {
    expect(describeChanges('requests', { constructor: '0', toString: '1' }, {}).split('\n')).toEqual([
      '- requests.constructor: "0"',
      '- requests.toString: "1"',
    ]);
  });
});
