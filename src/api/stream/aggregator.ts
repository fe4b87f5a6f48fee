/** Counts one selection for any number of subscribers: one list, one watch, and one text a tick. */
import type { Registry, Selection } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { resourceId } from '../../resources/index.ts';
import { Bell } from '../../timing/bell.ts';
import type { Clock } from '../../timing/clock.ts';
import { openSteps } from '../watch/watch-steps.ts';
import { Counters } from './counters.ts';
import { sourceOf } from './kinds-source.ts';

/** At most four texts a second. */
const TICK_MS = 250;

export interface AggregatorOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly definitions: readonly ResourceDefinition[];
  readonly selection: Selection;
  readonly groupBy: readonly string[];
}
/** The `counts` of a frame, of everything up to the revision. */
export interface Counted {
  readonly text: string;
  readonly revision: number;
}

export class Aggregator {
  readonly #options: AggregatorOptions;
  readonly #counters: Counters;
  readonly #counted = new Bell();
  readonly #listeners = new Set<Bell>();
  readonly #stop = new AbortController();
  /** Of the counters; undefined until what exists is counted. */
  #revision: number | undefined;
  #published: Counted | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** Throws 400 on what is no path. */
  constructor(options: AggregatorOptions) {
    this.#options = options;
    this.#counters = new Counters(options.groupBy);
  }

  /** Undefined until what exists is counted. Throws what made the counting end. */
  get published(): Counted | undefined {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
    return this.#published;
  }

  /** The bell rings when there is something published, or a failure. */
  listen(bell: Bell): void {
    this.#listeners.add(bell);
    bell.ring();
  }

  /** True when nobody listens any more: it has stopped. */
  unlisten(bell: Bell): boolean {
    this.#listeners.delete(bell);
    if (this.#listeners.size === 0) {
      this.#stop.abort();
    }
    return this.#stop.signal.aborted;
  }

  /** Resolves when it has stopped or failed; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      await Promise.race([this.#count(signal), this.#publish(signal)]);
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#stop.abort();
      this.#ring();
    }
  }

  async #count(signal: AbortSignal): Promise<void> {
    const { registry, definitions, selection } = this.#options;
    const ids = definitions.map(resourceId);
    const asked = { selection, from: undefined };
    for await (const { events, revision } of await openSteps(sourceOf(registry, ids), ids[0] ?? '', asked, signal)) {
      for (const event of events) {
        this.#counters.add(event);
      }
      if (revision !== undefined) {
        this.#revision = revision;
        this.#counted.ring();
      }
    }
  }

  async #publish(signal: AbortSignal): Promise<never> {
    for (;;) {
      await this.#counted.wait(signal);
      if (this.#revision !== undefined) {
        this.#published = { text: this.#counters.toJson(), revision: this.#revision };
        this.#ring();
      }
      await this.#options.clock.sleep(TICK_MS, signal);
    }
  }

  #ring(): void {
    for (const bell of this.#listeners) {
      bell.ring();
    }
  }
}
