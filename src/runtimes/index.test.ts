import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryStates, noVolumes } from '../../test/support/kubelet-world.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { StartupError } from '../errors.ts';
import { systemClock } from '../timing/clock.ts';
import { createRuntimes } from './index.ts';

const shared = { states: new MemoryStates(), volumes: noVolumes, seed: 1, clock: systemClock, logger: silentLogger };

describe('createRuntimes', () => {
  it('opens what is enabled, by name', async () => {
    const runtimes = await createRuntimes({ simulated: { options: {} } }, shared);
    expect([...runtimes.keys()]).toEqual(['simulated']);
    expect(await runtimes.get('simulated')?.info('n1')).toMatchObject({ name: 'simulated', ready: true });
  });

  it.each([
    [
      { warp: { options: {} } },
      'runtime "warp" is unknown: use one of simulated, cri, docker, process, or name its module',
    ],
    [{ toString: { options: {} } }, 'runtime "toString" is unknown'],
    [{ mine: { module: 'node:os', options: {} } }, 'has no default export that is a function'],
    [
      { mine: { module: 'flotilla-runtime-nowhere', options: {} } },
      'module "flotilla-runtime-nowhere" cannot be loaded',
    ],
    [{ mine: { module: './nowhere.mjs', options: {} } }, resolve('nowhere.mjs')],
  ])('names what it cannot open, in words for the operator: %j', async (settings, why) => {
    const opening = createRuntimes(settings, shared);
    await expect(opening).rejects.toThrow(why);
    await expect(opening).rejects.toThrow(StartupError);
  });
});
