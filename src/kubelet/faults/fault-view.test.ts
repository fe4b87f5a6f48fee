import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { until } from '../../../test/support/until.ts';
import type { Change, ChangeBatch, Registry, StoredObject } from '../../registry/registry.ts';
import { encodeBody } from '../../storage/stored-object.ts';
import { systemClock } from '../../timing/clock.ts';
import type { Node } from '../node.ts';
import { FAULTS, FaultView } from './fault-view.ts';

const NODE: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'u' } };

/** What a list answers, and what the watch tells when the test lets it. */
class Source {
  listed: { revision: number; items: StoredObject[] } = { revision: 1, items: [] };
  readonly #batches: ChangeBatch[] = [];
  #wake: () => void = () => undefined;
  told = 0;

  registry = {
    list: async () => this.listed,
    changes: ({ signal }: { signal: AbortSignal }) => this.#changes(signal),
  } as unknown as Registry;

  tell(revision: number, change: Change): void {
    this.#batches.push({ revision, changes: [change] } as unknown as ChangeBatch);
    this.#wake();
  }

  async *#changes(signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const batch = this.#batches.shift();
      if (batch === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        yield batch;
        this.told += 1;
      }
    }
  }
}

const fault = (type: string, revision: number): StoredObject => {
  const metadata = { name: 'f', uid: `u${revision}`, creationTimestamp: '2026-01-01T00:00:00Z' };
  const body = encodeBody({ apiVersion: 'v', kind: 'Fault', metadata, spec: { type, nodeSelector: {} } });
  return { resource: FAULTS, namespace: '', name: 'f', uid: metadata.uid, labels: {}, fields: {}, revision, body };
};
const put = (object: StoredObject): Change => ({ type: 'MODIFIED', object }) as unknown as Change;
const drop = (object: StoredObject): Change => ({ type: 'DELETED', object }) as unknown as Change;

let source: Source;
let view: FaultView;
let stop: AbortController;
const types = () => view.ofNode(NODE).active.map(({ spec }) => spec.type);
/** The watch tells it, and is through with it. */
async function told(revision: number, change: Change): Promise<void> {
  const { told: before } = source;
  source.tell(revision, change);
  await until(() => source.told > before);
}

beforeEach(async () => {
  stop = new AbortController();
  source = new Source();
  const { registry } = source;
  view = new FaultView({ registry, clock: systemClock, random: { next: () => 0 }, logger: silentLogger });
  await view.start(stop.signal);
});
afterEach(() => stop.abort());

it('follows the watch', async () => {
  await told(2, put(fault('Partition', 2)));
  expect(types()).toEqual(['Partition']);
  await told(3, put(fault('KubeletCrash', 3)));
  expect(types()).toEqual(['KubeletCrash']);
  await told(4, drop(fault('KubeletCrash', 3)));
  expect(types()).toEqual([]);
});

it('what was read is not undone by a watch that is behind', async () => {
  source.listed = { revision: 9, items: [fault('KubeletCrash', 7)] };
  await view.refresh();
  await told(5, put(fault('Partition', 5)));
  expect(types()).toEqual(['KubeletCrash']);
  await told(6, drop(fault('Partition', 5)));
  expect(types()).toEqual(['KubeletCrash']);
  source.listed = { revision: 12, items: [] };
  await view.refresh();
  await told(11, put(fault('Partition', 11)));
  expect(types()).toEqual([]);
  await told(13, put(fault('Partition', 13)));
  expect(types()).toEqual(['Partition']);
});

it('an older read does not undo a newer one', async () => {
  source.listed = { revision: 9, items: [fault('KubeletCrash', 7)] };
  await view.refresh();
  source.listed = { revision: 8, items: [] };
  await view.refresh();
  expect(types()).toEqual(['KubeletCrash']);
});
