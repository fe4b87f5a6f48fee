import { describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../registry/registry.ts';
import { CoalescedDelivery } from './coalesced-delivery.ts';
import { Credits } from './credits.ts';
import { PaidOutbox } from './paid-outbox.ts';
import { Progress } from './progress.ts';
import { exactly, tokenCodec } from './resume-token.ts';
import type { SubscriptionParts } from './subscription.ts';
import { viewOf } from './view.ts';

const MIB = 1024 * 1024;
const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"${'x'.repeat(MIB)}"}}`;
const event = (type: WatchEvent['type'], uid: string, revision: number): WatchEvent => ({
  type,
  object: { ...{ resource: 'configmaps', namespace: '', name: uid, uid, revision, labels: {}, fields: {} }, body },
});

function deliveryOf(credits: Credits) {
  const sent: string[] = [];
  const stop = new AbortController();
  const sink = { send: async (make: () => unknown) => void sent.push(String(make())), message: async () => undefined };
  const request = { type: 'subscribe' as const, id: 'x', coalesce: true, apiVersion: 'v1', kind: 'ConfigMap' };
  const progress = new Progress(tokenCodec(Buffer.from('key'), request), exactly(0));
  const out = new PaidOutbox(sink, credits, stop.signal);
  const parts = { ...{ request, progress, out, signal: stop.signal } } as unknown as SubscriptionParts;
  const framing = { id: 'x', view: viewOf(request), tokenOf: progress.tokenOf };
  return { delivery: new CoalescedDelivery(parts, framing, exactly(0)), sent, stop };
}

/** Adds one object a revision until it is held up; `added` counts. */
function addAll(delivery: CoalescedDelivery, count: number) {
  const state = { added: 0, done: Promise.resolve() };
  state.done = (async () => {
    for (let revision = 1; revision <= count; revision += 1) {
      await delivery.add({ events: [event('ADDED', `o${revision}`, revision)], revision });
      state.added += 1;
    }
  })();
  return state;
}
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('what waits for a client that takes nothing', () => {
  it('is bounded: the feed is read no further until the client has taken some', async () => {
    const credits = new Credits(0);
    const { delivery, sent, stop } = deliveryOf(credits);
    const adding = addAll(delivery, 40);
    await turns();
    expect(adding.added).toBe(15);
    credits.add(5);
    await turns();
    expect([sent.length, adding.added]).toEqual([5, 20]);
    credits.add(100);
    await adding.done;
    await turns();
    const told = sent.map((frame) => (JSON.parse(frame) as { events: { object: object }[] }).events.length);
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(40);
    stop.abort();
  });

  it('may change as often as it likes', async () => {
    const { delivery, stop } = deliveryOf(new Credits(0));
    for (let revision = 1; revision <= 100; revision += 1) {
      await delivery.add({ events: [event(revision === 1 ? 'ADDED' : 'MODIFIED', 'a', revision)], revision });
    }
    stop.abort();
  });

  it('holds up no subscription that has ended', async () => {
    const { delivery, stop } = deliveryOf(new Credits(0));
    const { done } = addAll(delivery, 40);
    const ended = expect(done).rejects.toThrow();
    await turns();
    stop.abort();
    await ended;
  });
});
