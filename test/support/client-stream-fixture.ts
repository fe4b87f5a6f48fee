/** The client's stream of ConfigMaps over sockets and a clock that a test moves, and a replica of what it tells. */
import { expect } from 'vitest';
import { composeClient } from '../../src/client/client.ts';
import { EventReplica, FakeFleet } from './fake-fleet.ts';
import { FakeSocket } from './fake-stream.ts';
import { ManualClock, settle } from './manual-clock.ts';

export function clientStream({ refusal = 426 }: { refusal?: number } = {}) {
  const fleet = new FakeFleet();
  const clock = new ManualClock();
  const sockets: FakeSocket[] = [];
  const states: string[] = [];
  const end = new AbortController();
  const replica = new EventReplica();
  const events: { readonly type: string; readonly resume?: string; readonly reason?: object }[] = [];
  const asked: Request[] = [];
  const client = composeClient(
    { server: 'https://fleet:6443/', token: 'a+/b', clock, random: { next: () => 1 } },
    {
      fetch: async (request) => {
        asked.push(request);
        // 0: no answer, ever.
        return refusal === 0
          ? new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))
          : Response.json({ kind: 'Status', message: 'no', code: refusal }, { status: refusal });
      },
      connect: (url, protocols) => {
        expect(url).toBe('wss://fleet:6443/apis/fleet.flotilla.dev/v1alpha1/stream');
        expect(protocols).toEqual(['flotilla.stream.v1alpha1', 'base64url.bearer.authorization.k8s.io.YSsvYg']);
        const socket = new FakeSocket(fleet);
        sockets.push(socket);
        return socket;
      },
    },
  );
  const stream = client.stream(
    { maps: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' } },
    { signal: end.signal, onConnection: (state) => states.push(state) },
  );
  const follow = async (): Promise<void> => {
    for await (const event of stream) {
      events.push(event);
      replica.apply(event);
      if (event.type === 'SYNCED') {
        expect(replica.versions()).toEqual(fleet.versionsAt(Number(event.resume)));
      }
    }
  };
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const types = (): string[] => events.map(({ type }) => type);
  return { fleet, clock, sockets, states, end, replica, events, asked, client, stream, follow, last, types };
}

/** A connection that is live and whole. */
export async function liveClientStream() {
  const parts = clientStream();
  parts.fleet.write('a');
  const done = parts.follow();
  await settle();
  parts.last().hello();
  await settle();
  parts.last().deliver(9);
  await settle();
  return { ...parts, done };
}
