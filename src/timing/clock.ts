/**
 * timing/: time, chance and waiting, as arguments. May import nothing of ours; never knows what is waited for.
 * Time is injected everywhere: tests run hours in milliseconds, and a clock step is a test case.
 */
export interface Clock {
  /** Wall time in milliseconds since the epoch. May step; used for what is written into objects. */
  now(): number;
  /** Monotonic milliseconds. Never steps; used for leases, time-outs and back-off within a process. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
