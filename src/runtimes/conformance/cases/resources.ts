/** What containers use, and other resources while they run. */
import type { ConformanceCase } from '../case.ts';
import { check, same } from '../expect.ts';

const MEBIBYTE = 1024 * 1024;

export const RESOURCE_CASES: readonly ConformanceCase[] = [
  {
    name: 'stats: a running container uses something',
    needs: ['stats'],
    async run(bench) {
      const uid = await bench.running();
      const { stats } = bench.runtime;
      const usage = await bench.until('figures are there', async () => {
        const now = await stats?.usage({ podUid: uid, container: 'main' }, bench.target.clock.now());
        return now !== undefined && now.memory > 0 ? now : undefined;
      });
      check(Number.isFinite(usage.cpu) && usage.cpu >= 0, `cpu is ${usage.cpu}`);
    },
  },
  {
    name: 'resize: a running container gets other resources and runs on',
    needs: ['resize'],
    async run(bench) {
      const uid = await bench.running();
      const before = (await bench.runtime.pod(uid))?.containers[0]?.id;
      const resources = { cpuRequest: 200, cpuLimit: 400, memoryRequest: 48 * MEBIBYTE, memoryLimit: 96 * MEBIBYTE };
      await bench.runtime.resizing?.resize(uid, 'main', resources);
      const container = await bench.until('it has them', async () => {
        const now = (await bench.runtime.pod(uid))?.containers[0];
        return now?.resources?.memoryLimit === 96 * MEBIBYTE ? now : undefined;
      });
      same(container.id, before, 'id');
      same(container.state.phase, 'running', 'phase');
    },
  },
];
