import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { listenForStop } from './stop-requests.ts';

class Host extends EventEmitter {
  ppid = 10;
}

function listen(env: Record<string, string> = {}) {
  const host = new Host();
  const clock = new ManualClock();
  const heard: string[] = [];
  const stop = listenForStop(host, env, clock, {
    onStop: (why) => heard.push(why),
    onStopNow: () => heard.push('now'),
  });
  return { host, clock, heard, stop };
}

describe('requests to stop', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s is one, and heard once', (signal) => {
    const { host, heard } = listen();
    host.emit(signal, signal);
    host.emit(signal, signal);
    expect(heard).toEqual([signal]);
  });

  it('a second one half a second later is impatience', async () => {
    const { host, clock, heard } = listen();
    host.emit('SIGINT', 'SIGINT');
    await clock.advance(600);
    host.emit('SIGINT', 'SIGINT');
    expect(heard).toEqual(['SIGINT', 'now']);
  });

  it.each(['start', 'npx'])('the end of npm is one, when npm runs the server as %s', async (script) => {
    const { host, clock, heard } = listen({ npm_lifecycle_event: script });
    await clock.advance(2_000);
    expect(heard).toEqual([]);
    host.ppid = 1;
    await clock.advance(2_000);
    expect(heard).toEqual(['npm is gone']);
  });

  it.each([{}, { npm_lifecycle_event: 'pretest' }])('a parent may leave it in the background: %j', async (env) => {
    const { host, clock, heard } = listen(env);
    host.ppid = 1;
    await clock.advance(2_000);
    expect(heard).toEqual([]);
  });

  it('are not heard after the listening has ended', async () => {
    const { host, clock, heard, stop } = listen({ npm_lifecycle_event: 'start' });
    stop();
    host.ppid = 1;
    await clock.advance(2_000);
    expect(host.eventNames()).toEqual([]);
    expect(heard).toEqual([]);
  });
});
