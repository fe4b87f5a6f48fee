/** "Look at this pod": to whoever listens in this process. What happened while nobody listened is not told. */
import { Bell } from '../timing/bell.ts';
import type { RuntimeEvent } from './runtime.ts';

interface Listener {
  readonly bell: Bell;
  readonly waiting: Map<string, RuntimeEvent>;
}

export class PodEvents {
  readonly #listeners = new Set<Listener>();

  tell(event: RuntimeEvent): void {
    for (const { bell, waiting } of this.#listeners) {
      waiting.set(event.podUid, event);
      bell.ring();
    }
  }

  /** Ends when the signal aborts. */
  async *listen(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    const listener: Listener = { bell: new Bell(), waiting: new Map() };
    this.#listeners.add(listener);
    try {
      while (!signal.aborted) {
        await listener.bell.wait(signal);
        for (const [uid, event] of listener.waiting) {
          listener.waiting.delete(uid);
          yield event;
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }
}
