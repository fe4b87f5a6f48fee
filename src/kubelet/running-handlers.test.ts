import { describe, expect, it } from 'vitest';
import { ManualClock, settle } from '../../test/support/manual-clock.ts';
import { type HandlerResult, RuntimeError } from '../runtimes/runtime.ts';
import { RunningHandlers } from './running-handlers.ts';

const OK: HandlerResult = { success: true, output: '' };

function setup() {
  const clock = new ManualClock();
  const handlers = new RunningHandlers(clock);
  const seen = {
    starts: 0,
    wakes: 0,
    finish: (_: HandlerResult): void => undefined,
    signal: undefined as AbortSignal | undefined,
  };
  const ask = () =>
    handlers.outcome({
      key: 'k',
      timeoutMs: 1_000,
      wake: () => {
        seen.wakes += 1;
      },
      run: (signal) => {
        seen.starts += 1;
        seen.signal = signal;
        return new Promise((resolve) => {
          seen.finish = resolve;
        });
      },
    });
  return { clock, seen, ask };
}

describe('handlers under way', () => {
  it('are waited for when they are quick', async () => {
    const { seen, ask } = setup();
    const outcome = ask();
    seen.finish(OK);
    expect(await outcome).toEqual({ result: OK });
    expect(seen.wakes).toBe(0);
  });

  it('hold nobody up when they are slow, run once, and tell when they are over', async () => {
    const { clock, seen, ask } = setup();
    const first = ask();
    await clock.advance(50);
    expect(await first).toBeUndefined();
    expect(await ask()).toBeUndefined();
    expect(seen.starts).toBe(1);
    seen.finish(OK);
    await settle();
    expect(seen.wakes).toBe(1);
    expect(await ask()).toEqual({ result: OK });
  });

  it('are given up when the runtime hangs', async () => {
    const { clock, seen, ask } = setup();
    const first = ask();
    await clock.advance(50);
    await first;
    await clock.advance(3_000);
    expect(seen.wakes).toBe(1);
    expect(seen.signal?.aborted).toBe(true);
    const error = new RuntimeError('Unavailable', 'the runtime did not answer within 3000 ms');
    expect(await ask()).toEqual({ error });
  });

  it('keep what went wrong for the pass that asks', async () => {
    const handlers = new RunningHandlers(new ManualClock());
    const error = new RuntimeError('NotFound', 'gone');
    const run = () => Promise.reject(error);
    expect(await handlers.outcome({ key: 'k', timeoutMs: 1, run, wake: () => undefined })).toEqual({ error });
  });
});
