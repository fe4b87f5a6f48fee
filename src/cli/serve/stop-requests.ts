/**
 * Who may ask a serving process to stop: a signal, a terminal that is closed (SIGHUP), or the npm that started it, by
 * being gone. npm hands SIGINT and SIGTERM on, others not; and what `npx` starts is below a shell that keeps SIGINT.
 */
import type { Environment } from '../../config/read-setting.ts';
import type { Clock } from '../../timing/clock.ts';

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** A listener would return to the instruction that failed, for ever: these end the process as they do by default. */
export const FAULT_SIGNALS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** The part of Node's `process` that this needs. */
export interface HostProcess {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
  readonly ppid: number;
}

export interface StopRequests {
  /** The first request; `why` is a signal's name or a few words. */
  readonly onStop: (why: string) => void;
  /** Somebody is tired of waiting. */
  readonly onStopNow: () => void;
}

/** Ctrl-C reaches npm and its child; npm then sends its child the same signal again. Nobody presses twice as fast. */
const ONE_REQUEST_MS = 500;
const LOOK_MS = 500;
/** npm's scripts that stay for as long as the server does. Others may leave it in the background on purpose. */
const STAYING_SCRIPTS = new Set(['start', 'npx']);

/** Listens until the returned function is called. */
export function listenForStop(
  host: HostProcess,
  env: Environment,
  clock: Clock,
  { onStop, onStopNow }: StopRequests,
): () => void {
  let firstAt: number | undefined;
  const ask = (why: string): void => {
    if (firstAt === undefined) {
      firstAt = clock.monotonic();
      onStop(why);
    } else if (clock.monotonic() - firstAt > ONE_REQUEST_MS) {
      onStopNow();
    }
  };
  for (const signal of STOP_SIGNALS) {
    host.on(signal, ask);
  }
  const ended = new AbortController();
  if (STAYING_SCRIPTS.has(env['npm_lifecycle_event'] ?? '')) {
    void awaitOrphaned(host, clock, ended.signal).then((isOrphaned) => {
      if (isOrphaned && firstAt === undefined) {
        ask('npm is gone');
      }
    });
  }
  return () => {
    ended.abort();
    for (const signal of STOP_SIGNALS) {
      host.off(signal, ask);
    }
  };
}

async function awaitOrphaned(host: HostProcess, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const parent = host.ppid;
  while (!signal.aborted && host.ppid === parent) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
  return !signal.aborted;
}
