/** Many claims at once, and such as cannot be written. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { claimProtectionController } from './claim-protection.ts';

const CLAIMS = 'persistentvolumeclaims';
const NAME = claimProtectionController.name;
const FINALIZER = 'kubernetes.io/pvc-protection';
let fleet: FleetWorld;
let stopped: boolean;
beforeEach(() => {
  // As it was before it was there: nothing that is written makes it look.
  fleet = new FleetWorld([{ ...claimProtectionController, triggers: [] }]);
  stopped = false;
});
afterEach(() => stopped || fleet.stop());

/** `deleted`: has the finalizer and waits for it to go. */
function addClaim(name: string, deleted = false): void {
  const ending = { finalizers: [FINALIZER], deletionTimestamp: '2026-01-01T00:00:00Z' };
  fleet.add(CLAIMS, {
    ...{ kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default', ...(deleted ? ending : {}) } },
    spec: {},
  });
}
const addClaims = (count: number, deleted = false): void => {
  for (let index = 0; index < count; index += 1) {
    addClaim(`c${index}`, deleted);
  }
};
const isProtected = (name: string): boolean => fleet.get(CLAIMS, name)?.metadata.finalizers?.[0] === FINALIZER;

/** Names of claims in the order in which they are written. */
function writtenClaims(before: (name: string) => void = () => undefined): string[] {
  const names: string[] = [];
  const { registry } = fleet;
  const { modify } = registry;
  registry.modify = async (id, namespace, name, change, options) => {
    before(name);
    names.push(name);
    return modify.call(registry, id, namespace, name, change as never, options);
  };
  return names;
}
/** The views know of no pod before they are asked to be fresh. */
function lateViews(refuse?: () => Error | undefined): string[] {
  const { views, registry } = fleet;
  const [podsIn, getMany] = [views.podsIn.bind(views), registry.getMany.bind(registry)];
  const asked: string[] = [];
  let isFresh = false;
  views.podsIn = (namespace) => (isFresh ? podsIn(namespace) : []);
  views.fresh = async () => {
    asked.push('fresh');
    await setImmediate();
    isFresh = true;
    const refusal = refuse?.();
    if (refusal !== undefined) {
      throw refusal;
    }
  };
  registry.getMany = (id, keys) => {
    asked.push(...(keys.length > 0 ? ['read'] : []));
    return getMany(id, keys);
  };
  return asked;
}

describe('a look at all', () => {
  test('gets past one that cannot be written, which is tried again', async () => {
    addClaims(20);
    const refusal = new Error('exceeded quota');
    let isRefused = true;
    const names = writtenClaims((name) => {
      if (name === 'c0' && isRefused) {
        throw refusal;
      }
    });
    await fleet.start();
    await fleet.rest();
    expect(names).toHaveLength(19);
    expect(isProtected('c19')).toBe(true);
    expect(new Set(fleet.errors)).toEqual(new Set([refusal]));
    isRefused = false;
    await fleet.advance(10_000);
    expect(isProtected('c0')).toBe(true);
    expect(fleet.due.dueIn(NAME, 'default/c0')).toBeUndefined();
  });

  test('goes page by page, and ends', async () => {
    addClaims(2_500);
    const pages: unknown[] = [];
    const { registry } = fleet;
    const { listRefs } = registry;
    registry.listRefs = async (id, selection) => {
      const page = await listRefs.call(registry, id, selection);
      pages.push([selection.after?.name, page.items.length]);
      return page;
    };
    await fleet.start();
    await fleet.advance(3_000);
    const names = Array.from({ length: 2_500 }, (_, index) => `c${index}`).sort();
    expect(pages).toEqual([
      [undefined, 1_000],
      [names[999], 1_000],
      [names[1_999], 500],
    ]);
    expect(fleet.all(CLAIMS).filter(({ metadata }) => metadata.finalizers === undefined)).toEqual([]);
    expect(fleet.due.dueIn(NAME, '*')).toBeUndefined();
    expect(fleet.errors).toEqual([]);
  });
});

describe('claims that are to go', () => {
  test('are 300 and ask once whether a pod uses them, after they were read', async () => {
    addClaims(300, true);
    fleet.add('pods', {
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [], nodeName: 'n1', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c7' } }] },
    });
    const asked = lateViews();
    await fleet.start();
    await fleet.rest();
    expect(fleet.all(CLAIMS).map(({ metadata }) => metadata.name)).toEqual(['c7']);
    // The first read is that of the look at all.
    expect(asked).toEqual(['read', 'read', 'fresh']);
  });

  test('wait where that cannot be said, and others do not', async () => {
    addClaim('new');
    addClaim('old', true);
    const failure = new Error('the view is behind');
    let isBehind = true;
    lateViews(() => (isBehind ? failure : undefined));
    await fleet.start();
    await fleet.rest();
    expect([isProtected('new'), isProtected('old')]).toEqual([true, true]);
    expect(new Set(fleet.errors)).toEqual(new Set([failure]));
    isBehind = false;
    await fleet.advance(10_000);
    expect(fleet.get(CLAIMS, 'old')).toBeUndefined();
  });

  test('are deleted between the look and the write: who uses them is asked before anything is taken off', async () => {
    addClaim('new');
    fleet.add('pods', {
      metadata: { name: 'p', namespace: 'default' },
      spec: { containers: [], nodeName: 'n1', volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'new' } }] },
    });
    lateViews();
    writtenClaims(() => {
      fleet.edit(CLAIMS, 'default', 'new', ({ metadata }) => {
        Object.assign(metadata, { finalizers: [FINALIZER], deletionTimestamp: '2026-01-01T00:00:00Z' });
      });
    });
    await fleet.start();
    await fleet.rest();
    expect(isProtected('new')).toBe(true);
  });

  test('are not there: nobody asks', async () => {
    addClaim('new');
    const asked = lateViews();
    await fleet.start();
    await fleet.rest();
    expect(isProtected('new')).toBe(true);
    expect(asked).not.toContain('fresh');
  });
});

test('a process that stops begins with no other claim', async () => {
  addClaims(100);
  const names = writtenClaims(() => {
    stopped = true;
    fleet.stop();
  });
  await fleet.start();
  await fleet.rest();
  expect(names.length).toBeLessThanOrEqual(8);
  expect(names.length).toBeGreaterThan(0);
});
