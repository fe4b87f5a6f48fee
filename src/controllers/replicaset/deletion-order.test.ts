import { describe, expect, test } from 'vitest';
import { podInfo } from '../../../test/support/pod-info.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { deletionOrder } from './deletion-order.ts';

describe('the order of deletion', () => {
  const HOUR = 3_600_000;
  test.each<[string, Partial<PodInfo>, Partial<PodInfo>]>([
    [
      'unassigned before assigned',
      { nodeName: '', phase: 'Pending', ready: false },
      { phase: 'Pending', ready: false },
    ],
    ['pending before running', { phase: 'Pending', ready: false }, { ready: false }],
    ['not ready before ready', { ready: false }, {}],
    ['cheaper before dearer', { deletionCost: -1 }, {}],
    ['on the fuller node first', { nodeName: 'full' }, {}],
    ['ready for a short time before ready for long', { readySince: 100 * HOUR - 1_000 }, {}],
    ['restarted before steady', { restarts: 3 }, {}],
    ['young before old', { createdAt: 100 * HOUR - 1_000 }, {}],
  ])('%s', (_, first, last) => {
    const pods = [podInfo({ uid: 'a', ...last }), podInfo({ uid: 'b', ...first })];
    const order = deletionOrder(pods, (node) => (node === 'full' ? 5 : 1), 100 * HOUR);
    expect(order.map(({ uid }) => uid)).toEqual(['b', 'a']);
  });

  test('about equally old pods go by UID, not strictly by age', () => {
    const pods = [podInfo({ uid: 'b', createdAt: 2_000 }), podInfo({ uid: 'a', createdAt: 1_000 })];
    expect(deletionOrder(pods, () => 1, 100 * HOUR).map(({ uid }) => uid)).toEqual(['a', 'b']);
  });
});
