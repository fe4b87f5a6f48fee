/** How those sleep who go on beside the passes: in turns of the event loop, as many as the time that passes is worth. */

/** Who sleeps no longer than this ends with the pass, or nearly so. */
const SHORT_MS = 1_000;

/** What goes on beside the passes has its part of the time that passes between them. */
export async function turns(ms: number): Promise<void> {
  for (let turn = 0; turn < 10 + Math.min(ms, 10_000) / 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Time stands still within a pass; who sleeps longer is woken later. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let turn = 0; turn < 20 + Math.min(ms, 10_000) / 10; turn += 1) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export class Sleepers {
  #long = 0;

  /** Whether some sleep for long. */
  get any(): boolean {
    return this.#long > 0;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const counts = ms > SHORT_MS ? 1 : 0;
    this.#long += counts;
    try {
      await sleep(ms, signal);
    } finally {
      this.#long -= counts;
    }
  }
}
