/** hostPort and hostIP: a pod's port on the addresses of its host. */
import { expect, it } from 'vitest';
import { missingNat } from '../../support/containers/requirements.ts';
import { until } from '../../support/until.ts';
import { FOREVER, type PodBench } from './pod-bench.ts';

const [EVERYWHERE, HERE, ELSEWHERE] = [18_080, 18_081, 18_082];

export function hostPorts(bench: PodBench): void {
  const reason = missingNat === undefined ? '' : ` (${missingNat})`;
  it.skipIf(reason !== '')(`ports of the host reach the pod at the addresses that it names${reason}`, async () => {
    const { address } = bench.daemon;
    const answer = (port: number): Promise<string> =>
      fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
        (response) => response.text(),
        ({ cause }: Error & { cause?: { code?: string } }) => cause?.code ?? 'no answer',
      );
    const script = `mkdir -p /www && echo hello > /www/index.html && httpd -p 8080 -h /www && httpd -p 8081 -h /www && httpd -p 8082 -h /www; ${FOREVER}`;
    const ports = [
      { containerPort: 8080, hostPort: EVERYWHERE },
      { containerPort: 8081, hostPort: HERE, hostIP: address },
      { containerPort: 8082, hostPort: ELSEWHERE, hostIP: '127.0.0.1' },
    ];
    const readinessProbe = { httpGet: { path: '/', port: 8082 }, periodSeconds: 1 };
    await bench.kubectl.apply(bench.pod('exposed', script, { ports, readinessProbe }));
    await bench.ready('exposed');
    await until(async () => (await answer(EVERYWHERE)) === 'hello\n');
    expect(await answer(HERE)).toBe('hello\n');
    expect(await answer(ELSEWHERE)).not.toBe('hello\n');
    // As everywhere, the scheduler gives one port of a node to one pod.
    await bench.kubectl.apply(bench.pod('late', FOREVER, { ports: [{ containerPort: 8080, hostPort: EVERYWHERE }] }));
    await until(async () => (await bench.events('late')).includes("1 node(s) didn't have free ports"));
    await bench.kubectl.run('delete', 'pod', 'exposed', 'late', '--timeout=60s');
    expect(await answer(EVERYWHERE)).not.toBe('hello\n');
  });
}
