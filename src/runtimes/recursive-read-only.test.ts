import { expect, it } from 'vitest';
import { settleRecursive } from './recursive-read-only.ts';

const mount = (recursiveReadOnly?: 'IfPossible' | 'Enabled') => ({
  ...{ volume: 'v', hostPath: '/h', containerPath: '/c', readOnly: true },
  ...(recursiveReadOnly === undefined ? {} : { recursiveReadOnly }),
});

it('a runtime that can is asked, and only where a mount asks', async () => {
  let asked = 0;
  const canDo = async () => {
    asked += 1;
    return true;
  };
  expect(await settleRecursive([mount()], canDo)).toEqual([mount()]);
  expect(asked).toBe(0);
  const both = [mount('IfPossible'), mount('Enabled'), mount()];
  expect(await settleRecursive(both, canDo)).toEqual(both);
  expect(asked).toBe(1);
});

it('of one that cannot, what is only wished for is left out and what is needed refused', async () => {
  const cannot = async () => false;
  expect(await settleRecursive([mount('IfPossible')], cannot)).toEqual([mount()]);
  await expect(settleRecursive([mount('Enabled')], cannot)).rejects.toThrow(
    'failed to resolve recursive read-only mode: volume "v" requested recursive read-only mode, but it is not supported by the runtime',
  );
});
