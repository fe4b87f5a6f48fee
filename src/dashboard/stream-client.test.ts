import { describe, expect, it } from 'vitest';
import { type Socket, StreamClient, type StreamEvent } from './stream-client.ts';

type Listener = (event: { data: unknown }) => void;

class FakeSocket implements Socket {
  readonly sent: Record<string, unknown>[] = [];
  readonly #listeners = new Map<string, Listener>();
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }
  emit(type: 'open' | 'close' | 'message', frame?: object): void {
    this.#listeners.get(type)?.({ data: JSON.stringify(frame) });
  }
}

const object = (name: string) => ({ metadata: { uid: `uid-${name}`, name } });

function setUp() {
  const sockets: FakeSocket[] = [];
  const log: string[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  new StreamClient({
    subscriptions: [{ id: 'pods', apiVersion: 'v1', kind: 'Pod' }],
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    later: (run, ms) => timers.push({ run, ms }),
    random: () => 1,
    onState: (state) => log.push(state),
    onReset: (id) => log.push(`reset ${id}`),
    onEvents: (id, events: readonly StreamEvent[]) =>
      log.push(...events.map(({ type, object: { metadata } }) => `${id} ${type} ${metadata.name}`)),
  }).start();
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  return { sockets, log, timers, last };
}

describe('StreamClient', () => {
  it('subscribes, resets once for a snapshot of several pages, and passes changes on', () => {
    const { log, last } = setUp();
    last().emit('open');
    expect(last().sent).toEqual([{ type: 'subscribe', id: 'pods', apiVersion: 'v1', kind: 'Pod' }]);
    last().emit('message', { type: 'snapshot', id: 'pods', last: false, objects: [object('a')] });
    last().emit('message', { type: 'snapshot', id: 'pods', last: true, token: '5.x', objects: [object('b')] });
    last().emit('message', {
      type: 'changes',
      id: 'pods',
      token: '6.x',
      events: [{ type: 'DELETED', object: object('a') }],
    });
    expect(log).toEqual(['connecting', 'live', 'reset pods', 'pods ADDED a', 'pods ADDED b', 'pods DELETED a']);
  });

  it('resumes from the last token after a lost connection, waiting longer each time', () => {
    const { sockets, timers, last } = setUp();
    last().emit('open');
    last().emit('message', { type: 'snapshot', id: 'pods', last: true, token: '5.x', objects: [] });
    last().emit('message', { type: 'bookmark', id: 'pods', token: '9.x' });
    last().emit('close');
    timers.at(-1)?.run();
    last().emit('close');
    expect(timers.map(({ ms }) => ms)).toEqual([500, 1_000]);
    timers.at(-1)?.run();
    expect(sockets).toHaveLength(3);
    last().emit('open');
    expect(last().sent[0]).toMatchObject({ type: 'subscribe', resume: '9.x' });
  });

  it('takes a snapshot again when the history is gone', () => {
    const { timers, last } = setUp();
    last().emit('open');
    last().emit('message', { type: 'snapshot', id: 'pods', last: true, token: '5.x', objects: [] });
    last().emit('message', { type: 'error', id: 'pods', status: { code: 410 } });
    timers.at(-1)?.run();
    expect(last().sent.at(-1)).toEqual({ type: 'subscribe', id: 'pods', apiVersion: 'v1', kind: 'Pod' });
  });

  it('starts a snapshot over when its subscription ended between its pages', () => {
    const { log, timers, last } = setUp();
    last().emit('open');
    last().emit('message', { type: 'snapshot', id: 'pods', last: false, objects: [object('a')] });
    last().emit('message', { type: 'error', id: 'pods', status: { code: 410 } });
    timers.at(-1)?.run();
    last().emit('message', { type: 'snapshot', id: 'pods', last: true, token: '7.x', objects: [object('b')] });
    expect(log.filter((line) => line === 'reset pods')).toHaveLength(2);
  });

  it('asks rarely for what it may not see', () => {
    const { timers, last } = setUp();
    last().emit('open');
    last().emit('message', { type: 'error', id: 'pods', status: { code: 403 } });
    expect(timers.at(-1)?.ms).toBeGreaterThan(10_000);
  });

  it('starts a snapshot over when the connection broke between its pages', () => {
    const { log, timers, last } = setUp();
    last().emit('open');
    last().emit('message', { type: 'snapshot', id: 'pods', last: false, objects: [object('a')] });
    last().emit('close');
    timers.at(-1)?.run();
    last().emit('open');
    last().emit('message', { type: 'snapshot', id: 'pods', last: true, token: '7.x', objects: [object('b')] });
    expect(log.filter((line) => line === 'reset pods')).toHaveLength(2);
  });
});
