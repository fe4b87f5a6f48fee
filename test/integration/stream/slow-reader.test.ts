/** A client that stops reading: it costs the server a bounded buffer, nobody else anything, and loses nothing. */
import { expect, it } from 'vitest';
import { configMap } from '../../support/registry-fixture.ts';
import { Replica, StreamClient } from '../../support/stream-client.ts';
import { until } from '../../support/until.ts';
import { type ApiReplica, useReplicas } from './replicas.ts';

const replicas = useReplicas(1);
const MAPS = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };
/** Together more than the recent changes in memory and what sockets hold. */
const OBJECTS = 100;
const CHARACTERS = 500_000;
const MAX_BUFFERED = 4 * 1024 * 1024;

it('costs the server no more than a frame, however far it is behind, and then goes on without a gap', async () => {
  const { registry, address, api } = replicas.all[0] as ApiReplica;
  const replica = new Replica();
  const slow = await StreamClient.open(address, (frame) => frame.id === 'slow' && replica.apply(frame));
  replica.start();
  slow.subscribe({ id: 'slow', ...MAPS });
  await slow.next(({ token }) => token !== undefined);
  slow.socket.pause();

  const fast = await StreamClient.open(address);
  fast.subscribe({ id: 'fast', ...MAPS });
  let most = 0;
  for (let i = 0; i < OBJECTS; i += 1) {
    await registry.create('configmaps', 'default', configMap(`m-${i}`, { text: 'x'.repeat(CHARACTERS) }));
    const buffered = [...api.app.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount);
    most = Math.max(most, ...buffered);
  }
  await fast.next((frame) => frame.events?.some(({ object }) => object.metadata.name === `m-${OBJECTS - 1}`) === true);
  expect(most).toBeLessThan(MAX_BUFFERED);

  slow.socket.resume();
  await until(() => replica.objects.size === OBJECTS);
  expect([...replica.violations, ...slow.violations, ...fast.violations]).toEqual([]);
  slow.drop();
  fast.drop();
});
