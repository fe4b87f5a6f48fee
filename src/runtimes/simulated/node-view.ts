/**
 * What this process knows of a node's images and addresses. Nothing of it is saved: a node is first seen by reading
 * its pods' records (an image that a container used is present), and a pull cut off by a restart starts again, as a
 * real one would.
 */
import { BoundedMap } from '../../timing/bounded-map.ts';
import type { ImageState } from '../runtime.ts';
import { imageIdOf, imageSizeOf, type PodRecord } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';

interface Pull {
  readonly doneAt: number;
  readonly ms: number;
  /** With this one. */
  readonly tries: number;
  readonly error?: string;
}
export interface NodeView {
  readonly present: Set<string>;
  readonly pulls: Map<string, Pull>;
  /** Address → pod uid. */
  readonly addresses: Map<string, string>;
}

/** About 1 KB each; the oldest is dropped and read again when it is needed. */
const MAX_NODES = 100_000;

export class NodeViews {
  readonly #records: PodRecords;
  readonly #views = new BoundedMap<string, Promise<NodeView>>(MAX_NODES);
  #wanted = new Map<string, (records: Map<string, PodRecord>) => void>();
  #failed = new Map<string, (error: unknown) => void>();

  constructor(records: PodRecords) {
    this.#records = records;
  }

  get(nodeName: string): Promise<NodeView> {
    const known = this.#views.get(nodeName);
    if (known !== undefined) {
      return known;
    }
    const view = this.#read(nodeName);
    view.catch(() => this.#views.delete(nodeName));
    this.#views.set(nodeName, view);
    return view;
  }

  /** All nodes first seen in one turn of the event loop are read by one query. */
  #read(nodeName: string): Promise<NodeView> {
    return new Promise((resolve, reject) => {
      if (this.#wanted.size === 0) {
        setImmediate(() => void this.#load());
      }
      this.#wanted.set(nodeName, (records) => resolve(viewOf(records)));
      this.#failed.set(nodeName, reject);
    });
  }

  async #load(): Promise<void> {
    const [wanted, failed] = [this.#wanted, this.#failed];
    this.#wanted = new Map();
    this.#failed = new Map();
    try {
      const byNode = new Map<string, Map<string, PodRecord>>();
      for (const [uid, record] of await this.#records.ofNodes([...wanted.keys()])) {
        const records = byNode.get(record.node) ?? new Map<string, PodRecord>();
        byNode.set(record.node, records.set(uid, record));
      }
      for (const [nodeName, resolve] of wanted) {
        resolve(byNode.get(nodeName) ?? new Map());
      }
    } catch (error) {
      for (const reject of failed.values()) {
        reject(error);
      }
    }
  }
}

function viewOf(records: Map<string, PodRecord>): NodeView {
  const view: NodeView = { present: new Set(), pulls: new Map(), addresses: new Map() };
  for (const [uid, record] of records) {
    view.addresses.set(record.ip, uid);
    for (const { image } of record.containers) {
      view.present.add(image);
    }
  }
  return view;
}

/** A pull that is over makes its image present, or stays failed until it is asked for again. */
export function imageStateAt(view: NodeView, image: string, now: number): ImageState {
  const pull = view.pulls.get(image);
  if (pull === undefined) {
    return view.present.has(image) ? presentImage(image) : { state: 'absent' };
  }
  // A clock that was set back must not make a pull last longer than it does.
  if (now < pull.doneAt && pull.doneAt - now <= pull.ms) {
    return { state: 'pulling', doneAt: pull.doneAt };
  }
  if (pull.error !== undefined) {
    return { state: 'failed', message: pull.error };
  }
  view.present.add(image);
  return { ...presentImage(image), pulledInMs: pull.ms };
}

const presentImage = (image: string): ImageState & { state: 'present' } => ({
  state: 'present',
  imageId: imageIdOf(image),
  sizeBytes: imageSizeOf(image),
});
