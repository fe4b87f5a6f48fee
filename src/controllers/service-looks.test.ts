import { beforeEach, describe, expect, test } from 'vitest';
import { ServiceLooks } from './service-looks.ts';
import type { PodInfo } from './views/pod-info.ts';
import type { ServiceInfo } from './views/service-info.ts';
import type { Views } from './views/views.ts';

type Listener = Parameters<Views['onService']>[0];
const service = (uid: string, spec: object = { selector: { app: 'web' } }): ServiceInfo =>
  ({ namespace: 'default', name: uid, uid, createdAt: 1_000, spec }) as unknown as ServiceInfo;
const pod = (name: string, readySince?: number): PodInfo => ({ name, readySince }) as PodInfo;
const look = (of: ServiceInfo, pods: readonly PodInfo[] = [], basis: readonly unknown[] = []) => ({
  ...{ service: of, pods, basis },
});

const stored = new Map<string, ServiceInfo>();
const listeners: Listener[] = [];
let looks: ServiceLooks;
beforeEach(() => {
  stored.clear();
  listeners.length = 0;
  looks = new ServiceLooks({
    services: { get: (_: string, name: string) => stored.get(name) } as Views['services'],
    onService: (listener) => void listeners.push(listener),
  });
});
function put(name: string, now: ServiceInfo | undefined): void {
  const before = stored.get(name);
  now === undefined ? stored.delete(name) : stored.set(name, now);
  for (const listener of listeners) {
    listener(now, before);
  }
}
function added(uid: string): ServiceInfo {
  const made = service(uid);
  put(uid, made);
  return made;
}

describe('looks at services', () => {
  test('are kept for as long as those are there and have endpoints of their own', () => {
    const all = ['a', 'b', 'c', 'd'].map(added);
    for (const one of all) {
      looks.done(look(one));
    }
    looks.undone(look(added('a')), false);
    expect(looks.size).toBe(4);
    put('a', undefined);
    put('b', service('b', {}));
    put('c', service('another'));
    put('d', service('d'));
    expect(looks.size).toBe(1);
    looks.done(look(all[0] ?? expect.fail()));
    looks.done(look(all[2] ?? expect.fail()));
    expect(looks.size).toBe(1);
  });

  test('are seen while service, pods and what is beside them are the same', () => {
    const web = added('web');
    const [a, b] = [pod('a'), pod('b')];
    looks.done(look(web, [a, b], ['x', 'y']));
    expect(looks.isSeen(look(web, [a, b], ['x', 'y']))).toBe(true);
    expect(looks.isSeen(look(web, [a], ['x', 'y']))).toBe(false);
    expect(looks.isSeen(look(web, [a, pod('b')], ['x', 'y']))).toBe(false);
    expect(looks.isSeen(look(web, [a, b], ['x', 'z']))).toBe(false);
    expect(looks.isSeen(look(web, [a, b], ['x']))).toBe(false);
    expect(looks.isSeen(look(service('web'), [a, b], ['x', 'y']))).toBe(false);
  });

  test.each([true, false])('are none while something is left to do, seen %s', (seen) => {
    const web = added('web');
    looks.done(look(web));
    looks.undone(look(web), seen);
    expect([looks.isSeen(look(web)), looks.knows(web)]).toEqual([false, false]);
    looks.done(look(web));
    expect([looks.isSeen(look(web)), looks.knows(web)]).toEqual([true, true]);
  });
});

describe('what changed since the last look did so', () => {
  test('when the service was made, where there was none', () => {
    expect(looks.changedAt(look(added('web'), [pod('a', 9_000)]))).toBe(1_000);
  });

  test('when the first of its pods became ready, or ceased to be', () => {
    const web = added('web');
    looks.done(look(web, [pod('a', 5_000), pod('b', 6_000), pod('gone', 6_500)]));
    expect(looks.changedAt(look(web, [pod('a', 5_000), pod('b', 6_000)]))).toBeUndefined();
    expect(looks.changedAt(look(web, [pod('a', 5_000), pod('b', 9_000), pod('c', 8_000), pod('d')]))).toBe(8_000);
  });

  test('as before, where the look after it could not be written', () => {
    const web = added('web');
    looks.done(look(web, [pod('a', 5_000)]));
    const now = look(web, [pod('a', 7_000)]);
    looks.undone(now, false);
    expect(looks.changedAt(now)).toBe(7_000);
    looks.undone(now, true);
    expect(looks.changedAt(now)).toBeUndefined();
  });
});
