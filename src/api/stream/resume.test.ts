/**
 * Whatever happens to a client, it ends with exactly the final state, and each change comes once (or superseded, where
 * states coalesce): random histories, a client that stops reading, gives credits, loses frames and resumes.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { ManualClock, settle } from '../../../test/support/manual-clock.ts';
import { type RegistryFixture, registryFixture } from '../../../test/support/registry-fixture.ts';
import { type Frame, Replica, violationOf } from '../../../test/support/stream-client.ts';
import type { StoredObject } from '../../registry/registry.ts';
import { Aggregates } from './aggregates.ts';
import type { ServerMessage, Wanted } from './messages.ts';
import type { FrameSink, MakeFrame } from './outbox.ts';
import { Subscriptions } from './subscriptions.ts';
import { userLimits } from './user-limits.ts';

const RESOURCES = ['configmaps', 'secrets'];
const MAPS = { apiVersion: 'v1', kind: 'ConfigMap' };
const KINDS = { kinds: [MAPS, { apiVersion: 'v1', kind: 'Secret' }] };
const RED = { labelSelector: 'color=red' };
/** Frames that leave before the client has read any: then senders wait. */
const WINDOW = 2;

/** A connection whose client reads when told to. */
class Wire implements FrameSink {
  readonly unread: Frame[] = [];
  readonly violations: string[] = [];
  #waiting: (() => void)[] = [];
  #last: Promise<void> = Promise.resolve();

  send(make: MakeFrame): Promise<void> {
    this.#last = this.#last.then(async () => {
      while (this.unread.length >= WINDOW) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const frame = make();
      if (frame !== undefined) {
        this.violations.push(...[violationOf(String(frame)) ?? []].flat());
        this.unread.push(JSON.parse(String(frame)) as Frame);
      }
    });
    return this.#last;
  }
  message(message: ServerMessage): Promise<void> {
    return this.send(() => JSON.stringify(message));
  }
  read(count: number): Frame[] {
    const frames = this.unread.splice(0, count);
    for (const resume of this.#waiting.splice(0)) {
      resume();
    }
    return frames;
  }
}

class Client {
  readonly replica: Replica;
  /** Versions of the changes since the last snapshot, as they came. */
  changes: string[] = [];
  snapshotAt = 0;
  readonly violations: string[] = [];
  readonly #api: ApiFixture;
  readonly #world: RegistryFixture;
  readonly #wanted: Wanted;
  readonly #credits: boolean;
  #wire = new Wire();
  #stop = new AbortController();
  #subscriptions: Subscriptions | undefined;

  constructor(api: ApiFixture, world: RegistryFixture, wanted: Wanted, credits: boolean) {
    this.#api = api;
    this.#world = world;
    this.#wanted = wanted;
    this.#credits = credits;
    this.replica = new Replica({ coalesced: wanted.coalesce === true });
  }

  async connect(): Promise<void> {
    const context = { ...this.#api.context, registry: this.#world.registry };
    const { stream } = context.settings;
    this.#wire = new Wire();
    this.#stop = new AbortController();
    this.#subscriptions = new Subscriptions({
      ...{
        context,
        limits: userLimits(stream),
        aggregates: new Aggregates(context),
        user: { username: 'u', groups: [] },
      },
      ...{ outbox: this.#wire, signal: this.#stop.signal },
    });
    await this.subscribe();
  }

  async subscribe(): Promise<void> {
    const { token } = this.replica;
    this.replica.start();
    if (token === undefined) {
      this.changes = [];
    }
    await this.#subscriptions?.start({
      ...{ type: 'subscribe', id: 'x', ...this.#wanted },
      ...(this.#credits ? { credits: 0 } : {}),
      ...(token === undefined ? {} : { resume: token }),
    });
  }

  async read(count: number): Promise<void> {
    await settle();
    for (const frame of this.#wire.read(count)) {
      this.replica.apply(frame);
      this.changes.push(...(frame.events ?? []).map(({ object }) => object.metadata.resourceVersion));
      if (frame.last === true) {
        this.snapshotAt = Number.parseInt(frame.token ?? '', 10);
        this.changes = [];
      }
      if (frame.type === 'error') {
        await this.subscribe();
      }
    }
    await settle();
  }

  grant(credits: number): void {
    if (this.#credits && this.#subscriptions?.has('x') === true) {
      this.#subscriptions.addCredits({ type: 'credit', id: 'x', credits });
    }
  }

  bookmark(): void {
    if (this.#wire.unread.length === 0) {
      this.#subscriptions?.sendBookmarks();
    }
  }

  /** Frames that the client has not read are lost. */
  async drop(): Promise<void> {
    this.#stop.abort();
    this.violations.push(...this.#wire.violations);
    this.#wire.read(Number.POSITIVE_INFINITY);
    await settle();
  }

  async catchUp(): Promise<void> {
    do {
      this.grant(1);
      await this.read(Number.POSITIVE_INFINITY);
    } while (this.#wire.unread.length > 0);
    // With one credit a frame: as long as one comes.
    let before = -1;
    while (this.changes.length + this.replica.objects.size !== before) {
      before = this.changes.length + this.replica.objects.size;
      for (let i = 0; i < 5; i += 1) {
        this.grant(1);
        await this.read(Number.POSITIVE_INFINITY);
      }
    }
  }
}

type Step =
  | {
      readonly do: 'write';
      readonly resource: string;
      readonly name: string;
      readonly op: 'put' | 'delete' | 'recolour';
    }
  | { readonly do: 'read' | 'grant'; readonly count: number }
  | { readonly do: 'bookmark' | 'reconnect' | 'compact' | 'settle' };

const write: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('write'),
  resource: fc.constantFrom(...RESOURCES),
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  op: fc.constantFrom('put', 'put', 'recolour', 'recolour', 'delete'),
});
const others: fc.Arbitrary<Step> = fc.oneof(
  { weight: 15, arbitrary: fc.record({ do: fc.constantFrom('read', 'grant'), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('bookmark', 'reconnect', 'settle') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact') }) },
);
const steps = fc.array(fc.oneof({ weight: 2, arbitrary: write }, { weight: 1, arbitrary: others }), {
  ...{ minLength: 5, maxLength: 60 },
});

/** Creates, changes or deletes, as far as the object's existence allows. */
async function apply(
  { registry }: RegistryFixture,
  { resource, name, op }: Extract<Step, { do: 'write' }>,
  turn: number,
): Promise<void> {
  const color = turn % 3 === 0 ? 'blue' : 'red';
  const found = await registry.find(resource, 'default', name);
  if (op === 'delete') {
    await (found && registry.delete(resource, 'default', name));
  } else if (found === undefined) {
    await registry.create(resource, 'default', { metadata: { name, labels: { color } } });
  } else {
    const metadata = op === 'put' ? { annotations: { turn: String(turn) } } : { labels: { color, turn: String(turn) } };
    await registry.patch(resource, 'default', name, 'merge', { metadata });
  }
}

async function finalState({ registry }: RegistryFixture, { kinds, labelSelector }: Wanted): Promise<string[]> {
  const items: StoredObject[] = [];
  for (const resource of kinds === undefined ? ['configmaps'] : RESOURCES) {
    const labels = labelSelector === undefined ? [] : [{ key: 'color', operator: 'In' as const, values: ['red'] }];
    items.push(...(await registry.list(resource, { labels })).items);
  }
  return items.map(({ name, revision }) => `default/${name}@${revision}`).sort();
}

async function run(api: ApiFixture, wanted: Wanted, credits: boolean, history: readonly Step[]): Promise<void> {
  const world = await registryFixture();
  const client = new Client(api, world, wanted, credits);
  await client.connect();
  /** Of the kinds of the subscription, in order. */
  const revisions: number[] = [];
  for (const [turn, step] of history.entries()) {
    if (step.do === 'write') {
      const before = world.store.revision;
      await apply(world, step, turn);
      if (world.store.revision > before && (wanted.kinds !== undefined || step.resource === 'configmaps')) {
        revisions.push(world.store.revision);
      }
    } else if (step.do === 'read') {
      await client.read(step.count);
    } else if (step.do === 'grant') {
      client.grant(step.count);
    } else if (step.do === 'bookmark') {
      await settle();
      client.bookmark();
    } else if (step.do === 'reconnect') {
      await client.drop();
      await client.connect();
    } else if (step.do === 'compact') {
      world.store.compact(world.store.revision);
    } else {
      await settle();
    }
  }
  await client.catchUp();
  expect(client.replica.violations).toEqual([]);
  expect(client.replica.versions()).toEqual(await finalState(world, wanted));
  if (wanted.coalesce !== true && wanted.labelSelector === undefined) {
    expect(client.changes.map(Number)).toEqual(revisions.filter((revision) => revision > client.snapshotAt));
  }
  await client.drop();
  expect(client.violations).toEqual([]);
}

describe('a client that loses its connection, its frames and its patience', () => {
  const credited = [false, true];
  it.each(
    [MAPS, KINDS, { ...MAPS, ...RED }, { ...KINDS, ...RED }]
      .flatMap((wanted): Wanted[] => [wanted, { ...wanted, coalesce: true }])
      .flatMap((wanted) => credited.map((credits) => ({ wanted, credits }))),
  )('ends with the final state, each change once: $wanted, credits: $credits', async ({ wanted, credits }) => {
    const api = await apiFixture({ clock: new ManualClock() });
    await fc.assert(
      fc.asyncProperty(steps, (history) => run(api, wanted, credits, history)),
      { numRuns: 60 },
    );
    await api.close();
  });
});
