/** Probes and hooks. */
import type { HandlerAction, HandlerResult } from '../../runtime.ts';
import type { Bench } from '../bench.ts';
import type { ConformanceCase } from '../case.ts';
import { check, refused, same } from '../expect.ts';

async function handle(bench: Bench, podUid: string, action: HandlerAction, timeoutMs = 5_000): Promise<HandlerResult> {
  const { handlers } = bench.runtime;
  check(handlers !== undefined, 'handlers are declared, but there is no `handlers`');
  const call = { podUid, container: 'main', purpose: 'liveness' as const, action, timeoutMs };
  return handlers.run({ ...call, annotations: {}, nodeAnnotations: {} }, bench.signal);
}
const sh = (script: string): HandlerAction => ({ kind: 'exec', command: ['/bin/sh', '-c', script] });
const address = async (bench: Bench, uid: string): Promise<string> =>
  (await bench.runtime.pod(uid))?.podIPs?.[0] ?? '127.0.0.1';

const handlerCase = (name: string, run: ConformanceCase['run']): ConformanceCase => ({
  ...{ name: `handlers: ${name}`, needs: ['handlers'], run },
});

export const HANDLER_CASES: readonly ConformanceCase[] = [
  handlerCase('a command succeeds or fails with its code and output', async (bench) => {
    const uid = await bench.running();
    same((await handle(bench, uid, sh('exit 0'))).success, true, 'exit 0');
    const failed = await handle(bench, uid, sh('echo why; exit 9'));
    same([failed.success, failed.exitCode, failed.output.trim()], [false, 9, 'why'], 'success, code, output');
  }),
  handlerCase('what takes longer than its time has failed', async (bench) => {
    const uid = await bench.running();
    const result = await handle(bench, uid, sh('sleep 600'), 300);
    same(result.success, false, 'success');
    check(result.output.includes('timed out'), `it says "${result.output}"`);
  }),
  handlerCase('HTTP and TCP reach the container', async (bench) => {
    const uid = await bench.running({ serves: true });
    const host = await address(bench, uid);
    const { port } = bench.target;
    const http = { kind: 'httpGet', scheme: 'http', host, port, path: '/', headers: [] } as const;
    await bench.until('HTTP succeeds', async () => (await handle(bench, uid, http)).success);
    same((await handle(bench, uid, { kind: 'tcpSocket', host, port })).success, true, 'TCP');
  }),
  handlerCase('a port where nobody listens refuses', async (bench) => {
    const uid = await bench.running();
    const host = await address(bench, uid);
    const result = await handle(bench, uid, { kind: 'tcpSocket', host, port: 1 });
    same(result.success, false, 'success');
    check(result.output.includes('refused'), `it says "${result.output}"`);
  }),
  handlerCase('in what does not run cannot be done', async (bench) => {
    const uid = await bench.running();
    await refused('an unknown pod', () => handle(bench, 'no-such-uid', sh('exit 0')));
    await bench.runtime.stopContainer(uid, 'main', 0);
    await bench.exited(uid);
    await refused('an ended container', () => handle(bench, uid, sh('exit 0')));
  }),
];
