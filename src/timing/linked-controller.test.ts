import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LinkedController } from './linked-controller.ts';

describe('a linked controller', () => {
  it('aborts with the reason of the first of its sources that does', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const linked = new LinkedController(one.signal, other.signal);
    expect(linked.signal.aborted).toBe(false);
    const reason = new Error('over');
    other.abort(reason);
    one.abort(new Error('later'));
    expect(linked.signal.reason).toBe(reason);
  });

  it('is aborted from the start when a source was', () => {
    const reason = new Error('over');
    const live = new AbortController();
    expect(new LinkedController(live.signal, AbortSignal.abort(reason)).signal.reason).toBe(reason);
  });

  it('aborts alone, and leaves its sources and the others that are linked to them', () => {
    const source = new AbortController();
    const [one, other] = [new LinkedController(source.signal), new LinkedController(source.signal)];
    const reason = new Error('mine');
    one.abort(reason);
    expect([source.signal.aborted, other.signal.aborted]).toEqual([false, false]);
    source.abort(new Error('theirs'));
    expect(one.signal.reason).toBe(reason);
    expect(other.signal.aborted).toBe(true);
  });

  it('stays as it is once it is released', () => {
    const source = new AbortController();
    const linked = new LinkedController(source.signal);
    linked.release();
    source.abort();
    expect(linked.signal.aborted).toBe(false);
  });

  it('aborts also what is linked to it', () => {
    const source = new AbortController();
    const inner = new LinkedController(new LinkedController(source.signal).signal);
    source.abort('over');
    expect(inner.signal.reason).toBe('over');
  });

  it('lets an abort of one release another', () => {
    const source = new AbortController();
    const [first, second] = [new LinkedController(source.signal), new LinkedController(source.signal)];
    first.signal.addEventListener('abort', () => second.release());
    source.abort();
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
  });

  it('leaves one listener at its source, and none with the last of them, however many come and go, which would warn of a leak', () => {
    const source = new AbortController();
    const linked = Array.from({ length: 1_000 }, () => new LinkedController(source.signal));
    expect(getEventListeners(source.signal, 'abort')).toHaveLength(1);
    for (const one of linked) {
      one.abort();
    }
    expect(getEventListeners(source.signal, 'abort')).toHaveLength(0);
    const again = new LinkedController(source.signal);
    source.abort('over');
    expect(again.signal.reason).toBe('over');
  });
});
