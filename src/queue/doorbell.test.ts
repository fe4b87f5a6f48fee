import { expect, test } from 'vitest';
import { ManualClock, settle } from '../../test/support/manual-clock.ts';
import type { Logger } from '../logger.ts';
import { createDoorbell } from './doorbell.ts';

function bell(add: (shards: readonly string[]) => Promise<void>) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const logger: Logger = {
    ...{ debug: () => undefined, info: () => undefined, error: () => undefined, child: () => logger },
    warn: (_, message) => warnings.push(message),
  };
  const stop = new AbortController();
  const doorbell = createDoorbell((_, shards) => add(shards), clock, logger, stop.signal);
  return { clock, warnings, stop, doorbell };
}

test('the first ring leaves at once, a thousand meanwhile become one', async () => {
  const added: string[][] = [];
  const { doorbell, clock } = bell(async (shards) => void added.push([...shards]));
  doorbell.ring('kubelet/1');
  expect(added).toEqual([['kubelet/1']]);
  for (let i = 0; i < 1_000; i += 1) {
    doorbell.ring('kubelet/1');
    doorbell.ring('kubelet/2');
  }
  await settle();
  expect(added).toHaveLength(1);
  await clock.advance(10);
  expect(added).toEqual([['kubelet/1'], ['kubelet/1', 'kubelet/2']]);
  await clock.advance(1_000);
  expect(added).toHaveLength(2);
  doorbell.ring('kubelet/1');
  expect(added).toHaveLength(3);
});

test('a ring while an add is under way is not lost', async () => {
  const added: string[][] = [];
  let finish = (): void => undefined;
  const { doorbell, clock } = bell((shards) => {
    added.push([...shards]);
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  doorbell.ring('controller/a');
  doorbell.ring('controller/a');
  finish();
  await settle();
  await clock.advance(10);
  expect(added).toEqual([['controller/a'], ['controller/a']]);
});

test('what was rung in the gap leaves when the queue closes', async () => {
  const added: string[][] = [];
  const { doorbell, stop } = bell(async (shards) => void added.push([...shards]));
  doorbell.ring('kubelet/1');
  await settle();
  doorbell.ring('kubelet/2');
  stop.abort();
  await doorbell.settled();
  expect(added).toEqual([['kubelet/1'], ['kubelet/2']]);
});

test('controllers and kubelets do not wait for each other', () => {
  const added: string[][] = [];
  const { doorbell } = bell((shards) => {
    added.push([...shards]);
    return new Promise(() => undefined);
  });
  doorbell.ring('kubelet/0');
  doorbell.ring('controller/a');
  expect(added).toEqual([['kubelet/0'], ['controller/a']]);
});

test('a backend that fails costs the ring and a line in the log, nothing else', async () => {
  const { doorbell, warnings, clock } = bell(() => Promise.reject(new Error('away')));
  doorbell.ring('kubelet/0');
  await clock.advance(100);
  expect(warnings).toEqual(['ring lost, the sweep will find the work']);
});
