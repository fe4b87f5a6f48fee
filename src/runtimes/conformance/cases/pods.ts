/** Sandboxes: made or adopted, listed, stopped, removed. */
import { sandboxOf } from '../behaviour.ts';
import type { ConformanceCase } from '../case.ts';
import { check, refused, same } from '../expect.ts';

export const POD_CASES: readonly ConformanceCase[] = [
  {
    name: 'info: names itself and declares what it offers',
    async run({ runtime, target }) {
      const info = await runtime.info(target.nodeName);
      check(info.name !== '' && info.version !== '', 'name and version are empty');
      check(info.ready, `not ready: ${info.reason} ${info.message}`);
      const { logs, exec, attach, portForward, stats, handlers, resize } = info.capabilities;
      check(!(logs || exec || attach || portForward) || runtime.streaming !== undefined, 'there is no `streaming`');
      check(!stats || runtime.stats !== undefined, 'stats are declared, but there is no `stats`');
      check(!handlers || runtime.handlers !== undefined, 'handlers are declared, but there is no `handlers`');
      check(!resize || runtime.resizing !== undefined, 'resize is declared, but there is no `resizing`');
    },
  },
  {
    name: 'pods: a sandbox is made once and adopted afterwards',
    async run(bench) {
      const uid = await bench.pod();
      const again = await bench.runtime.ensurePod(sandboxOf(bench.target, uid, {}));
      same(again.uid, uid, 'uid');
      const pods = (await bench.runtime.list([bench.target.nodeName])).filter((pod) => pod.uid === uid);
      same(pods.length, 1, 'pods of this uid in the list');
      same(pods[0]?.namespace, 'conformance', 'namespace');
      same(pods[0]?.nodeName, bench.target.nodeName, 'node');
    },
  },
  {
    name: 'pods: a ready sandbox has an address',
    async run(bench) {
      const uid = await bench.pod();
      const pod = await bench.until('it has an address', async () => {
        const now = await bench.runtime.pod(uid);
        return now?.podIPs?.[0] === undefined ? undefined : now;
      });
      check(/^[\d.]+$|:/.test(pod.podIPs?.[0] ?? ''), `"${pod.podIPs?.[0]}" is no address`);
    },
  },
  {
    name: 'pods: the list and the single look agree',
    async run(bench) {
      const uid = await bench.running();
      const listed = (await bench.runtime.list()).find((pod) => pod.uid === uid);
      const looked = await bench.runtime.pod(uid);
      const ids = (pod: typeof looked) => pod?.containers.map(({ id, attempt, name }) => [id, attempt, name]);
      same(ids(listed), ids(looked), 'containers');
      same(
        await bench.runtime.list(['another-node']).then((pods) => pods.some((pod) => pod.uid === uid)),
        false,
        'listed for another node',
      );
    },
  },
  {
    name: 'pods: all survive a restart of the worker',
    async run(bench) {
      const uid = await bench.running();
      const before = await bench.runtime.pod(uid);
      const runtime = await bench.reopen();
      const after = await runtime.pod(uid);
      same(after?.containers, before?.containers, 'containers after the restart');
      const started = await bench.start(uid);
      same(
        started.containers.map(({ id }) => id),
        before?.containers.map(({ id }) => id),
        'ids after starting again',
      );
      same(after?.podIPs, before?.podIPs, 'addresses');
    },
  },
  {
    name: 'pods: killPod stops containers and sandbox',
    async run(bench) {
      const uid = await bench.running();
      await bench.runtime.killPod(uid, 5_000);
      await bench.exited(uid);
      await bench.until('the sandbox is stopped', async () => (await bench.runtime.pod(uid))?.sandbox === 'stopped');
      await bench.runtime.killPod(uid, 0);
    },
  },
  {
    name: 'pods: removing one forgets it, and again is no fault',
    async run(bench) {
      const uid = await bench.running();
      await bench.runtime.killPod(uid, 0);
      await bench.exited(uid);
      await bench.runtime.removePod(uid);
      await bench.until('it is gone', async () => (await bench.runtime.pod(uid)) === undefined);
      await bench.runtime.removePod(uid);
      check(!(await bench.runtime.list()).some((pod) => pod.uid === uid), 'it is still listed');
    },
  },
  {
    name: 'pods: what is unknown is none',
    async run({ runtime, target }) {
      same(await runtime.pod('no-such-uid'), undefined, 'an unknown pod');
      same(await runtime.killPod('no-such-uid', 0), undefined, 'killPod of an unknown pod');
      same(await runtime.stopContainer('no-such-uid', 'main', 0), undefined, 'stopContainer of an unknown pod');
      await runtime.removePod('no-such-uid');
      const container = { name: 'main', kind: 'main' as const, image: target.image, command: [], args: [], env: [] };
      await refused(
        'startContainer in no sandbox',
        () => runtime.startContainer('no-such-uid', container, 0),
        'NotFound',
      );
    },
  },
];
