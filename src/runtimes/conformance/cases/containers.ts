/** Containers: started once an attempt, ended with their codes, stopped with grace. */
import { LinkedController } from '../../../timing/linked-controller.ts';
import { containerOf } from '../behaviour.ts';
import type { ConformanceCase } from '../case.ts';
import { check, same } from '../expect.ts';

export const CONTAINER_CASES: readonly ConformanceCase[] = [
  {
    name: 'containers: run, with an id and their image',
    async run(bench) {
      const uid = await bench.running();
      const [container] = (await bench.runtime.pod(uid))?.containers ?? [];
      check(container?.id !== undefined && container.id !== '', 'there is no id');
      same(container.image, bench.target.image, 'image');
      check(container.imageId !== '', 'there is no image id');
      same(container.attempt, 0, 'attempt');
    },
  },
  {
    name: 'containers: the same attempt twice is one container',
    async run(bench) {
      const uid = await bench.pod();
      const [one, other] = await Promise.all([bench.start(uid), bench.start(uid)]);
      await bench.phase(uid, 'running');
      const again = await bench.start(uid);
      same(again.containers.length, 1, 'containers');
      const ids = new Set([one, other, again].flatMap(({ containers }) => containers.map(({ id }) => id)));
      same(ids.size, 1, 'ids');
    },
  },
  {
    name: 'containers: a new attempt is another container',
    async run(bench) {
      const uid = await bench.pod({ endsWith: 0 });
      await bench.start(uid, { endsWith: 0 });
      await bench.exited(uid);
      await bench.start(uid, { endsWith: 0 }, 1);
      await bench.until('attempt 1 has ended', async () => {
        const latest = (await bench.runtime.pod(uid))?.containers.at(-1);
        return latest?.attempt === 1 && latest.state.phase === 'exited';
      });
      const pod = await bench.runtime.pod(uid);
      same(
        pod?.containers.map(({ attempt }) => attempt),
        [0, 1],
        'attempts',
      );
    },
  },
  {
    name: 'containers: an attempt that has ended can be removed, one that runs cannot, where they are collected',
    async run(bench) {
      const { collecting } = bench.runtime;
      if (collecting === undefined) {
        return;
      }
      const uid = await bench.pod({ endsWith: 0 });
      await bench.start(uid, { endsWith: 0 });
      await bench.exited(uid);
      await bench.start(uid, {}, 1);
      await bench.phase(uid, 'running');
      const attempts = async () => (await bench.runtime.pod(uid))?.containers.map(({ attempt }) => attempt);
      await collecting.removeContainer(uid, 'main', 1);
      same(await attempts(), [0, 1], 'after the removal of what runs');
      await collecting.removeContainer(uid, 'main', 0);
      await collecting.removeContainer(uid, 'main', 0);
      same(await attempts(), [1], 'after the removal of what has ended');
      await collecting.removeLeftovers();
      same((await bench.state(uid))?.phase, 'running', 'after the removal of leftovers');
    },
  },
  ...[0, 7].map(
    (code): ConformanceCase => ({
      name: `containers: an end with ${code} is told with its reason and times`,
      async run(bench) {
        const uid = await bench.pod({ endsWith: code });
        await bench.start(uid, { endsWith: code });
        const state = await bench.exited(uid);
        same(state.exitCode, code, 'exit code');
        same(state.reason, code === 0 ? 'Completed' : 'Error', 'reason');
        check(state.finishedAt >= state.startedAt && state.startedAt > 0, 'it ended before it began');
      },
    }),
  ),
  {
    name: 'containers: TERM ends what minds it, well before the grace period',
    async run(bench) {
      const uid = await bench.listening();
      await bench.runtime.stopContainer(uid, 'main', 600_000);
      same((await bench.exited(uid)).exitCode, 0, 'exit code');
    },
  },
  {
    name: 'containers: KILL follows for what does not mind TERM',
    async run(bench) {
      const uid = await bench.listening({ ignoresTerm: true });
      await bench.runtime.stopContainer(uid, 'main', 500);
      same((await bench.exited(uid)).exitCode, 137, 'exit code');
    },
  },
  {
    name: 'containers: a shorter grace period shortens a stop under way',
    async run(bench) {
      const uid = await bench.listening({ ignoresTerm: true });
      await bench.runtime.stopContainer(uid, 'main', 600_000);
      await bench.runtime.stopContainer(uid, 'main', 0);
      same((await bench.exited(uid)).exitCode, 137, 'exit code');
    },
  },
  {
    name: 'containers: several in one pod are told apart',
    async run(bench) {
      const uid = await bench.running();
      await bench.runtime.startContainer(uid, containerOf(bench.target, {}, 'second'), 0);
      await bench.until('both run', async () => {
        const all = (await bench.runtime.pod(uid))?.containers ?? [];
        return all.length === 2 && all.every(({ state }) => state.phase === 'running');
      });
      await bench.runtime.stopContainer(uid, 'second', 0);
      const phases = await bench.until('the second has ended', async () => {
        const all = (await bench.runtime.pod(uid))?.containers ?? [];
        const second = all.find(({ name }) => name === 'second');
        return second?.state.phase === 'exited' ? all.find(({ name }) => name === 'main')?.state.phase : undefined;
      });
      same(phases, 'running', 'the first');
    },
  },
  {
    name: 'events: an end is told, by an event or ahead by changesAt',
    async run(bench) {
      const uid = await bench.pod({ endsWith: 0, afterSeconds: 1 });
      const over = new LinkedController(bench.signal);
      const told = (async () => {
        for await (const { podUid } of bench.runtime.events(over.signal)) {
          if (podUid === uid && (await bench.state(uid))?.phase === 'exited') {
            return true;
          }
        }
        return false;
      })();
      const { changesAt } = await bench.start(uid, { endsWith: 0, afterSeconds: 1 });
      if (changesAt !== undefined) {
        over.abort();
      }
      same((await told) || changesAt !== undefined, true, 'told');
      await bench.exited(uid);
    },
  },
];
