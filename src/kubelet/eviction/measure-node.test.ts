import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import type { Stats } from '../../runtimes/runtime.ts';
import { KUBELET_DEFAULTS } from '../../values/kubelet-configuration/configuration.ts';
import type { NodeWork } from '../node-work.ts';
import { measureNode } from './measure-node.ts';

const GI = 1024 ** 3;
const PODS = 50;
const items = Array.from({ length: PODS }, (_, i) => ({
  revision: 1,
  body: JSON.stringify({
    metadata: { name: `p${i}`, namespace: 'ns', uid: `u${i}` },
    spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'main', state: { running: {} } }] },
  }),
}));

/** Node n1 with 4 Gi, whose pods together use what is said at a time. */
function world(used: (at: number) => number) {
  const asked: number[] = [];
  const stats: Stats = {
    fills: () => true,
    usage: (_query, at) => {
      asked.push(at);
      return { cpu: 1, memory: used(at) / PODS };
    },
  };
  const settings = { capacity: { memory: '4Gi' }, configuration: KUBELET_DEFAULTS };
  const work = { stored: { name: 'n1' }, runtimeName: 'simulated', settings } as unknown as NodeWork;
  const context = {
    runtimes: new Map([['simulated', { stats }]]),
    registry: { list: async () => ({ items }) },
    logger: silentLogger,
  };
  const limit = pLimit(2);
  return { asked, measure: () => measureNode(context as never, work, 0, limit) };
}

it.each([10, 20, 30, 40, 50])('a node that will run short in %i s is looked at then', async (seconds) => {
  const { measure } = world((at) => (at < seconds * 1_000 ? 0 : 4 * GI));
  expect((await measure()).nextLookMs).toBe(seconds * 1_000);
});

it('what is calm is asked for three times, and in each turn of the event loop for one node once', async () => {
  const { asked, measure } = world(() => GI);
  const perTurn: number[] = [];
  let isDone = false;
  const nodes = Promise.all(Array.from({ length: 20 }, measure)).finally(() => {
    isDone = true;
  });
  for (let before = 0; !isDone; before = asked.length) {
    await new Promise((resolve) => setImmediate(resolve));
    perTurn.push(asked.length - before);
  }
  expect((await nodes)[0]?.nextLookMs).toBe(60_000);
  expect(asked).toHaveLength(20 * 3 * PODS);
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(4 * PODS);
});
