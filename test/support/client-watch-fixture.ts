/** A watch of the client's against a server in memory that a test makes fail. */
import { expect } from 'vitest';
import { composeClient } from '../../src/client/client.ts';
import { EventReplica, FakeFleet } from './fake-fleet.ts';
import { FakeWatchServer } from './fake-watch.ts';
import { ManualClock } from './manual-clock.ts';

const PATH = '/api/v1/namespaces/{namespace}/configmaps';

export function watchFixture(resume?: string) {
  const fleet = new FakeFleet();
  const server = new FakeWatchServer(fleet);
  const clock = new ManualClock();
  const end = new AbortController();
  const replica = new EventReplica();
  const events: { readonly type: string; readonly resume?: string; readonly reason?: object }[] = [];
  const states: string[] = [];
  const client = composeClient(
    { server: 'https://fleet:6443', token: 'secret', clock, random: { next: () => 1 } },
    {
      fetch: (request) => {
        expect(request.headers.get('authorization')).toBe('Bearer secret');
        return server.fetch(request);
      },
      connect: () => expect.fail('a watch needs no socket'),
    },
  );
  const watch = client.watch(PATH, {
    params: { path: { namespace: 'default' }, query: { labelSelector: 'app=hello' } },
    ...(resume === undefined ? {} : { resume }),
    signal: end.signal,
    onConnection: (state) => states.push(state),
  });
  const follow = async (): Promise<void> => {
    for await (const event of watch) {
      events.push(event);
      replica.apply(event);
      if (event.type === 'SYNCED') {
        expect(replica.versions()).toEqual(fleet.versionsAt(Number(event.resume)));
      }
    }
  };
  const types = (): string[] => events.map(({ type }) => type);
  return { fleet, server, clock, end, replica, events, states, client, watch, follow, types };
}
