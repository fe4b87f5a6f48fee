/** Several kinds, projections and counters, over a real socket. */
import { describe, expect, it } from 'vitest';
import { TOKEN } from '../../../test/support/api-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';
import { type Frame, type StreamClient, StreamClient as Streams } from '../../../test/support/stream-client.ts';
import { MAPS, of, textsOf, untilToken, useStream } from '../../../test/support/stream-fixture.ts';
import { exactly, tokenCodec } from './resume-token.ts';

const SECRETS = { apiVersion: 'v1', kind: 'Secret' };
const PODS = { apiVersion: 'v1', kind: 'Pod' };
const NODES = { apiVersion: 'v1', kind: 'Node' };
const stream = useStream();
const registry = () => stream().api.registry;
const secret = (name: string) => registry().create('secrets', 'default', { metadata: { name } });
const setPhase = (name: string, phase: string) =>
  registry().modify(
    'pods',
    'default',
    name,
    (object: { status?: unknown } & never) => {
      Object.assign(object, { status: { phase } });
    },
    { subresource: 'status' },
  );

describe('a subscription of several kinds', () => {
  const kinds = [MAPS, SECRETS];

  it('has one snapshot, one order of changes and one token', async () => {
    await stream().put('a');
    await secret('a');
    const client = await stream().open();
    client.subscribe({ id: 'both', kinds, namespace: 'default' });
    const objects = [...((await client.next()).objects ?? [])];
    while (objects.length < 2) {
      objects.push(...((await client.next()).objects ?? []));
    }
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap a', 'Secret a']);
    await stream().put('b');
    await secret('c');
    await stream().put('d');
    const events: string[] = [];
    let token = '';
    while (events.length < 3) {
      const frame = await client.next(({ type }) => type === 'changes');
      events.push(...textsOf(frame));
      token = frame.token ?? '';
    }
    expect(events).toEqual(['ADDED b', 'ADDED c', 'ADDED d']);
    await secret('e');
    client.subscribe({ id: 'again', kinds: [SECRETS, MAPS], namespace: 'default', resume: token });
    expect(textsOf(await client.next(of('again')))).toEqual(['ADDED e']);
  });

  it('is refused for an unknown kind, a namespace that one has not, and a field that one has not', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'a', kinds: [MAPS, { apiVersion: 'v2', kind: 'Secret' }] });
    client.subscribe({ id: 'b', kinds: [MAPS, NODES], namespace: 'default' });
    client.subscribe({ id: 'c', kinds: [PODS, MAPS], fieldSelector: 'spec.nodeName=x' });
    for (const [id, message] of [
      ['a', 'no matches for kind "Secret" in version "v2"'],
      ['b', 'kind "Node" is not namespaced: leave the namespace out'],
      ['c', '"spec.nodeName" is not a known field selector: only "metadata.name", "metadata.namespace"'],
    ]) {
      expect(await client.next(of(id ?? ''))).toMatchObject({ type: 'error', status: { code: 400, message } });
    }
  });
});

describe('a projection', () => {
  it('of fields shows these and the identity', async () => {
    await registry().create('pods', 'default', pod('a'));
    const client = await stream().open();
    client.subscribe({ id: 'x', ...PODS, fields: ['spec.containers.image'] });
    const [shown] = (await client.next()).objects ?? [];
    expect(shown).toEqual({
      ...PODS,
      metadata: { name: 'a', namespace: 'default', uid: expect.any(String), resourceVersion: '3', generation: 1 },
      spec: { containers: [{ image: 'busybox:1' }] },
    });
    await setPhase('a', 'Running');
    expect((await client.next()).events?.[0]?.object).toMatchObject({ spec: shown?.spec });
  });

  it('of status deltas shows objects whole once, then their status', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...PODS, deltas: 'status' });
    await untilToken(client, 'x');
    await registry().create('pods', 'default', pod('a'));
    expect((await client.next()).events?.[0]?.object.spec).toBeDefined();
    await setPhase('a', 'Running');
    const [event] = (await client.next()).events ?? [];
    expect([event?.type, event?.object.status?.['phase'], event?.object.spec]).toEqual([
      'MODIFIED',
      'Running',
      undefined,
    ]);
    await registry().delete('pods', 'default', 'a', { gracePeriodSeconds: 0 });
    const last = (await client.next((frame) => textsOf(frame).includes('DELETED a'))).events?.at(-1)?.object;
    expect(Object.keys(last ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
  });

  it('that cannot be read is refused, and a token of another one too', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, fields: ['a..b'] });
    expect(await client.next()).toMatchObject({
      id: 'x',
      status: { code: 400, message: 'not a path to a field: "a..b"' },
    });
    client.subscribe({ id: 'x', ...MAPS, fields: ['data'] });
    const { token = '' } = await untilToken(client, 'x');
    client.subscribe({ id: 'y', ...MAPS, resume: token });
    expect(await client.next(of('y'))).toMatchObject({ status: { code: 400 } });
  });
});

describe('an aggregate', () => {
  const aggregate = { groupBy: ['status.phase'] };
  const countsOf = (frame: Frame) => (frame.counts ?? []).map(({ kind, group, count }) => `${kind} ${group}: ${count}`);
  /** Time passes until the counters say so; each frame before them is of an earlier moment. */
  const untilCounts = async (client: StreamClient, id: string, wanted: string[]): Promise<Frame> => {
    for (;;) {
      await stream().clock.advance(250);
      const frame = await client.next(of(id));
      if (JSON.stringify(countsOf(frame)) === JSON.stringify(wanted)) {
        return frame;
      }
    }
  };

  it('counts by group, and tells when that changes', async () => {
    for (const name of ['a', 'b', 'c']) {
      await registry().create('pods', 'default', pod(name));
    }
    const client = await stream().open();
    client.subscribe({ id: 'x', kinds: [PODS, SECRETS], aggregate });
    await untilCounts(client, 'x', ['Pod Pending: 3']);
    await setPhase('a', 'Running');
    await secret('s');
    await untilCounts(client, 'x', ['Pod Pending: 2', 'Pod Running: 1', 'Secret : 1']);
    await registry().delete('pods', 'default', 'b', { gracePeriodSeconds: 0 });
    await registry().delete('pods', 'default', 'c', { gracePeriodSeconds: 0 });
    await untilCounts(client, 'x', ['Pod Running: 1', 'Secret : 1']);
  });

  it('tells at most once in 250 ms, however much changes', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, aggregate: {} });
    await client.next(of('x'));
    for (let i = 0; i < 100; i += 1) {
      await stream().put(`m-${i}`);
    }
    await untilCounts(client, 'x', ['ConfigMap : 100']);
    expect(client.frames.filter(of('x')).length).toBeLessThan(5);
  });

  it('resumes with counters that are no older than its token, and refuses one of the future', async () => {
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, aggregate: {} });
    const { token = '' } = await client.next(of('x'));
    await stream().put('a');
    client.drop();
    stream().api.store.compact(stream().api.store.revision);
    const second = await stream().open();
    second.subscribe({ id: 'x', ...MAPS, aggregate: {}, resume: token });
    expect(countsOf(await second.next(of('x')))).toEqual(['ConfigMap : 1']);
    const future = tokenCodec(stream().api.context.streamKey, { ...MAPS, aggregate: {} }).encode(exactly(999_999));
    second.subscribe({ id: 'y', ...MAPS, aggregate: {}, resume: future });
    expect(await second.next(of('y'))).toMatchObject({ type: 'error', status: { code: 504 } });
  });

  it('is refused when its groups are as many as its objects', async () => {
    for (let i = 0; i <= 1_000; i += 1) {
      await stream().put(`m-${i}`);
    }
    const client = await stream().open();
    client.subscribe({ id: 'x', ...MAPS, aggregate: { groupBy: ['metadata.name'] } });
    const message = 'aggregate: the paths of groupBy make more than 1000 groups';
    expect(await client.next(of('x'))).toMatchObject({ type: 'error', status: { code: 400, message } });
    client.subscribe({ id: 'x', ...MAPS, aggregate: { groupBy: ['kind'] } });
    expect(countsOf(await client.next(of('x')))).toEqual(['ConfigMap ConfigMap: 1001']);
  });

  it('is counted once for all who ask the same', async () => {
    let lists = 0;
    const { list } = registry();
    Object.assign(registry(), {
      list: (...args: Parameters<typeof list>) => {
        lists += 1;
        return list(...args);
      },
    });
    const clients: Streams[] = [];
    for (let i = 0; i < 5; i += 1) {
      const client = await stream().open();
      client.subscribe({ id: 'x', ...MAPS, aggregate: {} });
      await client.next(of('x'));
      clients.push(client);
    }
    expect(lists).toBe(1);
    await stream().put('a');
    for (const client of clients) {
      await untilCounts(client, 'x', ['ConfigMap : 1']);
      client.send({ type: 'unsubscribe', id: 'x' });
      await client.next(({ type }) => type === 'unsubscribed');
    }
    const late = await Streams.open({ origin: stream().origin, ca: stream().api.ca, token: TOKEN });
    late.subscribe({ id: 'x', ...MAPS, aggregate: {} });
    expect(countsOf(await late.next(of('x')))).toEqual(['ConfigMap : 1']);
    expect(lists).toBe(2);
    late.drop();
  });
});
