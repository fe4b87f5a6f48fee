/** Which nodes a look takes, whatever happens meanwhile. */
import { beforeEach, expect, test } from 'vitest';
import type { Fence } from '../../registry/registry.ts';
import type { ControllerContext } from '../controller.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { RecoveredPods } from './recovered-pods.ts';

const FENCE: Fence = { shard: 'node-lifecycle', epoch: 1 } as Fence;
const node = (name: string, ready: 'True' | 'Unknown'): NodeInfo =>
  ({ name, isVirtual: true, conditions: { Ready: ready } }) as unknown as NodeInfo;

let nodes: Map<string, NodeInfo>;
let written: string[];
/** What the next write answers for each pod, or throws. */
let answer: () => Error | object;
let tell: (now: NodeInfo | undefined, before: NodeInfo | undefined) => void;
let pods: RecoveredPods;
let podsOfNode: number;

const change = (name: string, ready: 'True' | 'Unknown' | undefined): void => {
  const before = nodes.get(name);
  const now = ready === undefined ? undefined : node(name, ready);
  now === undefined ? nodes.delete(name) : nodes.set(name, now);
  tell(now, before);
};
const look = (during: () => void = () => undefined): Promise<void> => pods.afterwards(async () => during(), FENCE);

beforeEach(() => {
  nodes = new Map();
  written = [];
  answer = () => ({});
  podsOfNode = 1;
  const conditions = [
    { type: 'Ready', status: 'False' },
    { type: 'ContainersReady', status: 'True' },
  ];
  const context = {
    clock: { now: () => 0 },
    views: {
      nodes: { get: (_: string, name: string) => nodes.get(name) },
      podsOn: (nodeName: string) =>
        Array.from({ length: podsOfNode }, (_, i) => ({ name: `${nodeName}-${i}`, nodeName, phase: 'Running' })),
    },
    registry: {
      getMany: async (_: string, of: readonly { name: string; nodeName: string }[]) =>
        of.map(({ name, nodeName }) => ({
          body: JSON.stringify({ metadata: { name }, spec: { nodeName }, status: { phase: 'Running', conditions } }),
        })),
      updateStatuses: async (_: string, changes: readonly { after: { metadata: { name: string } } }[]) =>
        changes.map(({ after }) => {
          const given = answer();
          given instanceof Error || written.push(after.metadata.name);
          return given;
        }),
    },
  };
  const views = {
    onNode: (listener: typeof tell) => {
      tell = listener;
    },
  };
  pods = new RecoveredPods(context as unknown as ControllerContext, views as never);
});

test('a node that comes back while a look goes on is the next one’s', async () => {
  change('a', 'Unknown');
  await look(() => change('a', 'True'));
  expect(written).toEqual([]);
  await look();
  expect(written).toEqual(['a-0']);
  await look();
  expect(written).toEqual(['a-0']);
});

test('after a start all that are ready are looked at, and those that are not when they are', async () => {
  change('a', 'True');
  change('b', 'Unknown');
  await look();
  expect(written).toEqual(['a-0']);
  change('b', 'True');
  await look();
  expect(written).toEqual(['a-0', 'b-0']);
});

test('none that is silent again, or gone, before its pods are written', async () => {
  change('a', 'True');
  change('b', 'True');
  await look(() => {
    change('a', 'Unknown');
    change('b', undefined);
  });
  expect(written).toEqual([]);
});

test('a look that fails takes none', async () => {
  change('a', 'True');
  const failure = new Error('no database');
  await expect(
    look(() => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(written).toEqual([]);
  await look();
  expect(written).toEqual(['a-0']);
});

test('pods that could not be written are tried again', async () => {
  change('a', 'True');
  answer = () => new Error('conflict');
  await look();
  answer = () => ({});
  await look();
  expect(written).toEqual(['a-0']);
});

test('each pod is written once, however many there are', async () => {
  podsOfNode = 700;
  for (const name of ['a', 'b', 'c']) {
    change(name, 'True');
  }
  await look();
  expect(written).toHaveLength(2_100);
  expect(new Set(written).size).toBe(2_100);
});
