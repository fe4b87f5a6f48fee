import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatheredGets } from './gathered-gets.ts';
import type { ObjectKey } from './get-statements.ts';
import type { StoredObject } from './stored-object.ts';

const stored = ({ namespace, name }: ObjectKey): StoredObject => ({
  ...{ resource: 'pods', namespace, name, uid: name, revision: 1, labels: {}, fields: {}, body: '{}' },
});

/** Statements that are answered when the test says so, and what each was asked for. */
function heldStatements(exists: (key: ObjectKey) => boolean = () => true) {
  const asked: string[][] = [];
  const held: { answer: () => void; fail: (error: Error) => void }[] = [];
  const hold = <T>(keys: readonly ObjectKey[], answer: () => T): Promise<T> => {
    asked.push(keys.map(({ name }) => name));
    return new Promise((resolve, reject) => {
      held.push({ answer: () => resolve(answer()), fail: reject });
    });
  };
  const gets = new GatheredGets({
    one: (_, key) => hold([key], () => (exists(key) ? stored(key) : undefined)),
    many: (_, keys) => hold(keys, () => keys.filter(exists).map(stored)),
  });
  const get = (name: string, resource = 'pods') => gets.get(resource, { namespace: 'default', name });
  return { asked, held, get };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('GatheredGets', () => {
  it('sends what comes first at once and gathers what comes meanwhile', async () => {
    const { asked, held, get } = heldStatements();
    const all = ['a', 'b', 'c', 'd', 'c'].map((name) => get(name));
    expect(asked).toEqual([['a'], ['b']]);
    held[0]?.answer();
    await settle();
    expect(asked).toEqual([['a'], ['b'], ['c', 'd', 'c']]);
    for (const { answer } of held.slice(1)) {
      answer();
    }
    expect((await Promise.all(all)).map((object) => object?.name)).toEqual(['a', 'b', 'c', 'd', 'c']);
  });

  it('never answers a read with a statement that was under way when it was asked', async () => {
    const { asked, held, get } = heldStatements();
    void get('a');
    void get('b');
    void get('a');
    expect(asked).toEqual([['a'], ['b']]);
    held[1]?.answer();
    await settle();
    expect(asked).toEqual([['a'], ['b'], ['a']]);
  });

  it('does not let one kind wait for another', () => {
    const { asked, get } = heldStatements();
    void get('a');
    void get('b');
    void get('n', 'nodes');
    expect(asked).toEqual([['a'], ['b'], ['n']]);
  });

  it('fails the reads of a statement that fails, and goes on', async () => {
    const { held, get } = heldStatements();
    const first = get('a');
    held[0]?.fail(new Error('lost'));
    await expect(first).rejects.toThrow('lost');
    const second = get('a');
    held[1]?.answer();
    expect((await second)?.name).toBe('a');
  });

  it('answers each read with its own object, or with none', async () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'missing'), { minLength: 1, maxLength: 250 });
    await fc.assert(
      fc.asyncProperty(names, async (list) => {
        const { held, get } = heldStatements(({ name }) => name !== 'missing');
        const all = Promise.all(list.map((name) => get(name)));
        for (let answered = 0; answered < held.length; answered += 1) {
          held[answered]?.answer();
          await settle();
        }
        expect((await all).map((object) => object?.name)).toEqual(
          list.map((name) => (name === 'missing' ? undefined : name)),
        );
      }),
    );
  });
});
