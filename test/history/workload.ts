/** Concurrent clients with a seed: a few keys, so that they meet. Every call goes into the history. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/timing/random.ts';
import { type ApiAccess, perform } from './api-client.ts';
import type { ObjectState, Operation, Outcome, Request, Selector } from './history.ts';
import { NAMESPACES } from './test-server.ts';

const KEYS_A_NAMESPACE = 6;
export const KEYS = NAMESPACES.flatMap((namespace) =>
  Array.from({ length: KEYS_A_NAMESPACE }, (_, index) => `${namespace}/k${index}`),
);
export const COLORS = ['red', 'green', 'blue'];
/** Keeps the machine, and the history, within bounds. */
const MAX_PAUSE_MS = 20;
const REST_AFTER_FAILURE_MS = 50;

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;

export interface WorkloadOptions extends ApiAccess {
  readonly replicas: readonly { readonly name: string; readonly origin: string }[];
}

export class Workload {
  readonly operations: Operation[] = [];
  readonly #options: WorkloadOptions;
  /** The newest answer about each key, to compare with: often outdated by then, as it should be. */
  readonly #known = new Map<string, ObjectState>();
  #writes = 0;

  constructor(options: WorkloadOptions) {
    this.#options = options;
  }

  /** One client, one call after another, until the signal aborts. */
  async runClient(name: string, random: Random, signal: AbortSignal): Promise<void> {
    let replica = pick(random, this.#options.replicas);
    while (!signal.aborted) {
      if (random.next() < 0.3) {
        replica = pick(random, this.#options.replicas);
      }
      const { type } = await this.call(name, replica, this.draw(random));
      const isDown = type === 'failed' || type === 'unknown';
      await sleep(isDown ? REST_AFTER_FAILURE_MS : random.next() * MAX_PAUSE_MS);
    }
  }

  async call(client: string, replica: { name: string; origin: string }, request: Request): Promise<Outcome> {
    const call = performance.now();
    const outcome = await perform(replica.origin, this.#options, request);
    const end = performance.now();
    const id = this.operations.length;
    this.operations.push({ id, client: `${client}→${replica.name}`, request, call, end, outcome });
    if (outcome.type === 'object') {
      this.#known.set(outcome.object.key, outcome.object);
    }
    return outcome;
  }

  draw(random: Random): Request {
    const key = pick(random, KEYS);
    const expected = this.#known.get(key)?.revision;
    const compare = expected === undefined || random.next() < 0.2 ? {} : { expected };
    const dice = random.next();
    if (dice < 0.25) {
      return { verb: 'get', key };
    }
    if (dice < 0.4) {
      return { verb: 'list', selector: drawSelector(random) };
    }
    if (dice < 0.52) {
      return { verb: 'delete', key, ...compare };
    }
    this.#writes += 1;
    const fresh = { key, value: `v${this.#writes}`, color: pick(random, COLORS) };
    return dice < 0.7 ? { verb: 'create', ...fresh } : { verb: 'update', ...fresh, ...compare };
  }
}

export function drawSelector(random: Random): Selector {
  const namespace = pick(random, [undefined, ...NAMESPACES]);
  const color = random.next() < 0.3 ? pick(random, COLORS) : undefined;
  return { ...(namespace === undefined ? {} : { namespace }), ...(color === undefined ? {} : { color }) };
}
