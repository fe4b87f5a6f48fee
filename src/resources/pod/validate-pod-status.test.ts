import { describe, expect, it } from 'vitest';
import type { PodSpec } from './pod-spec.ts';
import type { PodStatus } from './pod-status.ts';
import { checkPodStatusUpdate } from './validate-pod-status.ts';

const complaints = (status: PodStatus, old: PodStatus = {}, spec: PodSpec = {}): string[] =>
  checkPodStatusUpdate(status, old, spec).map(({ field, message }) => `${field}: ${message}`);

const ended = (exitCode: number): PodStatus => ({
  containerStatuses: [{ name: 'a', state: { terminated: { exitCode } } }],
});
const RUNNING: PodStatus = { containerStatuses: [{ name: 'a', state: { running: {} } }] };
const REVIVED = ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'];

describe('a status update', () => {
  it.each<[string, number, string[]]>([
    ['Always', 0, []],
    ['OnFailure', 1, []],
    ['OnFailure', 0, REVIVED],
    ['Never', 1, REVIVED],
  ])('with restartPolicy %s, after exit code %i', (restartPolicy, exitCode, expected) => {
    expect(complaints(RUNNING, ended(exitCode), { restartPolicy })).toEqual(expected);
  });

  it('may restart a sidecar, not another init container', () => {
    const of = (state: object): PodStatus => ({
      initContainerStatuses: ['side', 'init'].map((name) => ({ name, state })),
    });
    const spec = {
      restartPolicy: 'Never',
      initContainers: [{ name: 'side', restartPolicy: 'Always' }, { name: 'init' }],
    };
    expect(complaints(of({ running: {} }), of({ terminated: {} }), spec)).toEqual([
      'status.initContainerStatuses[1].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
  });

  it('takes an address of each family', () => {
    const ips = (...texts: string[]): PodStatus => ({ podIPs: texts.map((ip) => ({ ip })) });
    expect(complaints(ips('10.0.0.1', 'fd00::1'))).toEqual([]);
    expect(complaints(ips('10.0.0.1', '10.0.0.2'))).toEqual([
      'status.podIPs: Invalid value: [{"ip":"10.0.0.1"},{"ip":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ]);
    expect(complaints(ips('10.0.0.300'))).toEqual([
      'status.podIPs[0]: Invalid value: "10.0.0.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
    expect(complaints({ hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.2' }] })).toEqual([
      'status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`',
    ]);
  });

  it('names conditions as labels are named', () => {
    expect(complaints({ conditions: [{ type: 'example.com/ok' }, { type: 'Ready' }] })).toEqual([]);
    expect(complaints({ conditions: [{ type: 'not so' }] })).toHaveLength(1);
  });
});
