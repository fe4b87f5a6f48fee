import { expect, it } from 'vitest';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { leftoverRemover } from './leftovers.ts';

it('goes on after what cannot be removed, and tells of it once', async () => {
  const warned: unknown[] = [];
  const removeLeftovers = leftoverRemover({ ...silentLogger, warn: (about) => warned.push(about) });
  const removed: string[] = [];
  const asked: string[] = [];
  const leftovers = {
    found: ['lost+found', 'busy', 'listed', 'known', 'gone', 'gone'],
    listed: new Map([['listed', true]]),
    isKnown: async (uid: string) => {
      asked.push(uid);
      return uid === 'known';
    },
    async remove(uid: string) {
      if (uid === 'busy') {
        throw new Error('EBUSY');
      }
      removed.push(uid);
    },
  };
  await removeLeftovers(leftovers);
  expect([removed, asked]).toEqual([['gone'], ['busy', 'known', 'gone']]);
  await removeLeftovers(leftovers);
  expect(warned).toMatchObject([{ name: 'lost+found' }, { name: 'busy', err: { message: 'EBUSY' } }]);
});

it('removes nothing where nobody knows what is left', async () => {
  const removed: string[] = [];
  const work = leftoverRemover(silentLogger)({
    found: ['a'],
    isKnown: () => Promise.reject(new Error('no list')),
    remove: async (uid) => void removed.push(uid),
  });
  await expect(work).rejects.toThrow('no list');
  expect(removed).toEqual([]);
});
