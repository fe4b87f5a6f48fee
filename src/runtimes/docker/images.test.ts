import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { ManualClock, settle } from '../../../test/support/manual-clock.ts';
import { callWith } from './call.ts';
import { DockerImages } from './images.ts';

interface Pull {
  progress: (event: object) => void;
  end: (error: Error | null) => void;
  destroyed: number;
}

/** An engine whose pulls go on and end as the test says. */
function engine() {
  const pull: Pull = { progress: () => undefined, end: () => undefined, destroyed: 0 };
  const docker = {
    pull: async () => ({
      destroy: () => {
        pull.destroyed += 1;
      },
    }),
    getImage: () => ({ inspect: async () => ({ Id: 'sha256:a', Size: 7 }) }),
    modem: {
      followProgress: (_: unknown, end: (error: Error | null) => void, progress: (event: object) => void) => {
        Object.assign(pull, { end, progress });
      },
    },
  };
  const clock = new ManualClock();
  const images = new DockerImages(docker as unknown as Docker, callWith(clock), clock, () => undefined);
  return { clock, images, pull };
}

it('a pull goes on for as long as it makes progress', async () => {
  const { clock, images, pull } = engine();
  await images.pull('n', 'web:1', 'uid');
  await settle();
  for (let minute = 0; minute < 5; minute += 1) {
    await clock.advance(59_000);
    pull.progress({});
  }
  expect(await images.status('n', 'web:1')).toEqual({ state: 'pulling' });
  pull.end(null);
  await settle();
  expect(await images.status('n', 'web:1')).toMatchObject({ state: 'present', pulledInMs: 295_000 });
});

it('one without progress is given up, so that others get their turn', async () => {
  const { clock, images, pull } = engine();
  await images.pull('n', 'web', 'uid');
  await clock.advance(60_000);
  expect(await images.status('n', 'web')).toEqual({
    ...{ state: 'failed', message: 'Cancel pulling "web:latest" because of no progress for 1m0s' },
  });
  expect(pull.destroyed).toBe(1);
});

it('one that fails says why', async () => {
  const { images, pull } = engine();
  await images.pull('n', 'web:1', 'uid');
  await settle();
  pull.end(new Error('manifest unknown'));
  await settle();
  expect(await images.status('n', 'web:1')).toEqual({ state: 'failed', message: 'manifest unknown' });
});
