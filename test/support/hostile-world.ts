/** A kubelet with two nodes, one of which has a runtime that a test may make answer what it likes. */
import { boundedRuntime } from '../../src/runtimes/bounded-runtime.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { World } from './kubelet-world.ts';

/** What the hostile runtime does in place of the honest one that it stands before. */
type Disguise = (honest: Runtime) => Partial<Runtime>;

export interface Hostile {
  readonly world: World;
  /** Of the calls that end something, in order: `method uid`. */
  readonly ends: string[];
  disguise: Disguise;
}

/** Node n1 has the hostile runtime, n2 the honest one; a pod on each. */
export async function hostileWorld(
  disguise: Disguise = () => ({}),
  simulation?: object,
  bound: typeof boundedRuntime = boundedRuntime,
): Promise<Hostile> {
  const ends: string[] = [];
  const hostile = { ends, disguise } as { world: World; ends: string[]; disguise: Disguise };
  const world = new World({}, (simulated, clock) => {
    const note = <T>(line: string, call: () => Promise<T>): Promise<T> => {
      ends.push(line);
      return call();
    };
    const honest: Runtime = {
      ...methodsOf(() => simulated),
      killPod: async (uid, graceMs) => note(`kill ${uid}`, () => simulated.killPod(uid, graceMs)),
      removePod: async (uid) => note(`remove ${uid}`, () => simulated.removePod(uid)),
    };
    const disguised = methodsOf(() => ({ ...honest, ...hostile.disguise(honest) }));
    return new Map([
      ['hostile', bound(disguised, clock)],
      ['simulated', simulated],
    ]);
  });
  hostile.world = world;
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/runtime': 'hostile' } });
  world.addNode('n2');
  await world.run(0);
  world.addPod('bad', {}, simulation);
  world.addPod('good', { nodeName: 'n2' });
  return hostile;
}

/** Asked anew with every call: the disguise changes. */
const methodsOf = (now: () => Runtime): Runtime => ({
  name: 'hostile',
  images: {
    status: (...given) => now().images.status(...given),
    pull: (...given) => now().images.pull(...given),
    list: (...given) => now().images.list(...given),
    remove: (...given) => now().images.remove(...given),
  },
  info: (...given) => now().info(...given),
  list: (...given) => now().list(...given),
  pod: (...given) => now().pod(...given),
  ensurePod: (...given) => now().ensurePod(...given),
  startContainer: (...given) => now().startContainer(...given),
  stopContainer: (...given) => now().stopContainer(...given),
  killPod: (...given) => now().killPod(...given),
  removePod: (...given) => now().removePod(...given),
  events: (...given) => now().events(...given),
  close: () => now().close(),
});

export const phase = ({ world }: Hostile, name: string) => world.pod(name)?.status?.phase;
export const restarts = ({ world }: Hostile, name: string) =>
  world.pod(name)?.status?.containerStatuses?.[0]?.restartCount;
export const ready = ({ world }: Hostile, name: string) =>
  world.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready');
export const lookAtNodes = async ({ world }: Hostile): Promise<void> => {
  world.due.set('node/n1', world.now);
  world.due.set('node/n2', world.now);
  await world.run(0);
};
