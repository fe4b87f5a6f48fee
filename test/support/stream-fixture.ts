/** The API over the in-memory registry on a real port, a clock that a test moves, and stream clients that check frames. */

import { afterEach, beforeEach, expect } from 'vitest';
import type { ApiContext } from '../../src/api/context.ts';
import { type ApiFixture, apiFixture, TOKEN } from './api-fixture.ts';
import { ManualClock } from './manual-clock.ts';
import { configMap } from './registry-fixture.ts';
import { type Frame, StreamClient } from './stream-client.ts';

export interface StreamFixture {
  readonly api: ApiFixture;
  readonly clock: ManualClock;
  readonly origin: string;
  /** A connection with the token; dropped after the test, which fails if any frame broke the contract. */
  open(): Promise<StreamClient>;
  put(name: string, data?: Record<string, string>, labels?: Record<string, string>): Promise<unknown>;
}

export const MAPS = { apiVersion: 'v1', kind: 'ConfigMap' };

/** One for each test of the file. */
export function useStream(given: Partial<ApiContext> = {}): () => StreamFixture {
  let fixture: StreamFixture | undefined;
  const clients: StreamClient[] = [];
  beforeEach(async () => {
    const clock = new ManualClock();
    const api = await apiFixture({ clock, ...given });
    const { origin } = await api.listen();
    fixture = {
      ...{ api, clock, origin },
      async open() {
        const client = await StreamClient.open({ origin, ca: api.ca, token: TOKEN });
        clients.push(client);
        return client;
      },
      put: (name, data = {}, labels = {}) =>
        api.registry.create('configmaps', 'default', configMap(name, data, labels)),
    };
  });
  afterEach(async () => {
    const violations = clients.flatMap((client) => client.violations);
    for (const client of clients.splice(0)) {
      client.drop();
    }
    await fixture?.api.close();
    expect(violations).toEqual([]);
  });
  return () => {
    if (fixture === undefined) {
      throw new Error('asked for before a test began');
    }
    return fixture;
  };
}

/** What a frame tells, in short: `a` of a snapshot, `ADDED a` of a change. */
export const textsOf = ({ objects = [], events = [] }: Frame): string[] => [
  ...objects.map(({ metadata }) => metadata.name),
  ...events.map(({ type, object }) => `${type} ${object.metadata.name}`),
];

export const of = (id: string) => (frame: Frame) => frame.id === id;
export const untilToken = (client: StreamClient, id: string): Promise<Frame> =>
  client.next((frame) => frame.id === id && frame.token !== undefined);
