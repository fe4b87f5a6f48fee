/**
 * Nothing lost and nothing twice: subscribers that are cut off at random frames, and resume at another API replica,
 * end with exactly what a list says, while writers never stop. The seed of a failure is in its message.
 */
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/timing/random.ts';
import { configMap } from '../../support/registry-fixture.ts';
import { Replica, StreamClient } from '../../support/stream-client.ts';
import { until } from '../../support/until.ts';
import { type ApiReplica, useReplicas } from './replicas.ts';

/** More than two pages of a snapshot. */
const NAMES = 1_200;
const WRITERS = 6;
const WRITES = 250;
const COLORS = ['red', 'green', 'blue'];

const replicas = useReplicas(2);
const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) {
    throw new Error('nothing to pick from');
  }
  return item;
};
const nameOf = (index: number): string => `m-${String(index).padStart(4, '0')}`;

/** Creates, changes, recolours or deletes; what another writer did first is its own good luck. */
async function writeSomething({ registry }: ApiReplica, random: Random): Promise<void> {
  const name = nameOf(Math.floor(random.next() * NAMES));
  const color = pick(random, COLORS);
  const kind = random.next();
  const done =
    kind < 0.4
      ? registry.create('configmaps', 'default', configMap(name, {}, { color }))
      : kind < 0.7
        ? registry.patch('configmaps', 'default', name, 'merge', { metadata: { labels: { color } } })
        : registry.delete('configmaps', 'default', name);
  await done.catch((error: { code?: number }) => {
    if (![404, 409].includes(error.code ?? 0)) {
      throw error;
    }
  });
}

interface Follower {
  readonly replica: Replica;
  readonly violations: string[];
  readonly connections: () => number;
  /** Cuts no more. */
  settle(): void;
  stop(): void;
}

/** Follows a selection over connection after connection, each cut at a random frame. */
function follow(selection: { labelSelector?: string }, random: Random): Follower {
  const replica = new Replica();
  const violations: string[] = [];
  let connections = 0;
  let isSettled = false;
  let current: StreamClient | undefined;
  let isStopped = false;

  const connectOnce = async (): Promise<void> => {
    const cutAt = 2 + Math.floor(random.next() * 12);
    let frames = 0;
    const client = await StreamClient.open(pick(random, replicas.all).address, (frame) => {
      frames += 1;
      if (frame.id !== undefined && (isSettled || frames <= cutAt)) {
        replica.apply(frame);
      }
      if (!isSettled && frames >= cutAt) {
        client.drop();
      }
    });
    current = client;
    connections += 1;
    replica.start();
    const resume = replica.token === undefined ? {} : { resume: replica.token };
    client.subscribe({
      id: 'maps',
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'default',
      ...selection,
      ...resume,
    });
    await new Promise((resolve) => client.socket.once('close', resolve));
    violations.push(...client.violations);
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await connectOnce();
    }
  };
  run().catch((error: unknown) => violations.push(String(error)));
  return {
    replica,
    violations,
    connections: () => connections,
    settle: () => {
      isSettled = true;
    },
    stop: () => {
      isStopped = true;
      current?.drop();
    },
  };
}

async function listed(selection: { labelSelector?: string }): Promise<string[]> {
  const query = new URLSearchParams(selection);
  const answer = await replicas.all[0]?.api.call('GET', `/api/v1/namespaces/default/configmaps?${query}`);
  return (answer?.json.items ?? [])
    .map(({ metadata }) => `default/${metadata.name}@${metadata.resourceVersion}`)
    .sort();
}

describe('a stream under writers', () => {
  it.each([1, 2, 3])('replays to exactly the list, cut at random (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    const [first] = replicas.all as [ApiReplica];
    const missing = Array.from({ length: NAMES }, (_, i) => configMap(nameOf(i), {}, { color: pick(random, COLORS) }));
    await first.registry.createAll('configmaps', missing as never);
    const selections = [{}, {}, { labelSelector: 'color=red' }, { labelSelector: 'color!=red' }];
    const followers = selections.map((selection, i) => follow(selection, seededRandom(seed * 100 + i)));
    const write = async (writer: number): Promise<void> => {
      const chance = seededRandom(seed * 1_000 + writer);
      for (let i = 0; i < WRITES; i += 1) {
        await writeSomething(replicas.all[writer % 2] ?? first, chance);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    for (const follower of followers) {
      follower.settle();
    }
    for (const [i, { replica, violations, connections, stop }] of followers.entries()) {
      const wanted = await listed(selections[i] ?? {});
      await until(
        () => JSON.stringify(replica.versions()) === JSON.stringify(wanted),
        () => `${replica.versions().length} objects of ${wanted.length}; ${violations[0] ?? replica.violations[0]}`,
      );
      stop();
      expect(replica.violations.slice(0, 5)).toEqual([]);
      expect(violations.slice(0, 5)).toEqual([]);
      expect(connections()).toBeGreaterThan(3);
    }
  });
});
