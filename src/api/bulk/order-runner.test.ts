import { expect, it } from 'vitest';
import { RESOURCES } from '../../resources/index.ts';
import { Rounds } from '../../timing/turns.ts';
import { type Order, OrderRunner, type OrderRunnerOptions } from './order-runner.ts';
import { indexKinds, planItem } from './plan-item.ts';

const kinds = indexKinds(RESOURCES);

function orderOf(name: string): Order {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };
  return { index: 0, bytes: 100, settle: () => undefined, task: planItem(kinds, { op: 'create', object }) };
}

function runnerOf(more: Partial<OrderRunnerOptions>): OrderRunner {
  return new OrderRunner({
    authorizer: {
      authorize: async () => ({ allowed: true, reason: '' }),
      rules: () => Promise.reject(new Error('not asked here')),
    },
    outcomes: { succeed: () => undefined, fail: () => undefined, finish: () => Promise.resolve() },
    user: { username: 'a', groups: [] },
    ...{ write: {}, rounds: new Rounds(), signal: new AbortController().signal },
    ...more,
  } as OrderRunnerOptions);
}

it('begins no slice that waited while the request was given up', async () => {
  const stopping = new AbortController();
  const reason = new Error('the client has gone');
  const begun: string[] = [];
  const failed: unknown[] = [];
  const rounds = { next: async () => stopping.abort(reason) } as Partial<Rounds> as Rounds;
  const verbs = { createAllSent: async (id: string) => begun.push(id) };
  const outcomes = { fail: (_: Order, error: unknown) => failed.push(error) };
  const options = { verbs, outcomes, rounds, signal: stopping.signal } as unknown as Partial<OrderRunnerOptions>;
  await runnerOf(options).createAll([orderOf('a')]);
  expect([begun, failed]).toEqual([[], [reason]]);
});

it('begins slices that are ready at the same time one after another, others between, whichever request they are of', async () => {
  const seen: string[] = [];
  const rounds = new Rounds();
  const runner = (): OrderRunner => {
    const verbs: Partial<OrderRunnerOptions['verbs']> = {
      createAllSent: async (id) => {
        seen.push(id);
        setImmediate(() => seen.push('others'));
        return [];
      },
    };
    return runnerOf({ verbs: verbs as OrderRunnerOptions['verbs'], rounds });
  };
  const [one, other] = [runner(), runner()];
  await Promise.all([one.createAll([orderOf('a')]), one.createAll([orderOf('b')]), other.createAll([orderOf('c')])]);
  const maps = 'configmaps';
  expect(seen).toEqual([maps, 'others', maps, 'others', maps]);
});
