import { describe, expect, it } from 'vitest';
import { POD_COLUMNS, type Pod } from './pod-columns.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ContainerStatus, PodStatus } from './pod-status.ts';

const NOW = Date.parse('2026-01-02T03:10:00Z');
const CREATED = '2026-01-02T03:00:00Z';

function row(status: PodStatus, spec: PodSpec = {}, metadata: Pod['metadata'] = {}): unknown[] {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', creationTimestamp: CREATED, ...metadata },
    spec: { containers: [{ name: 'main' }], ...spec },
    status,
  };
  return POD_COLUMNS.map(({ cell }) => cell(pod, { now: NOW }));
}

const running = (more: ContainerStatus = {}): ContainerStatus => ({
  ...{ name: 'main', ready: true, started: true, state: { running: { startedAt: CREATED } } },
  ...more,
});
const ended = (name: string, terminated: object): ContainerStatus => ({ name, state: { terminated } });
const waiting = (name: string, reason: string): ContainerStatus => ({ name, state: { waiting: { reason } } });

const READY = { conditions: [{ type: 'Ready', status: 'True' }] };
const TWO_INIT: PodSpec = { initContainers: [{ name: 'i1' }, { name: 'i2' }] };
const SIDECAR: PodSpec = { initContainers: [{ name: 'side', restartPolicy: 'Always' }] };

describe('a row of pods', () => {
  it.each<[string, PodStatus, PodSpec, [ready: string, reason: string]]>([
    ['pending', { phase: 'Pending' }, {}, ['0/1', 'Pending']],
    [
      'being made',
      { phase: 'Pending', containerStatuses: [waiting('main', 'ContainerCreating')] },
      {},
      ['0/1', 'ContainerCreating'],
    ],
    ['running', { phase: 'Running', containerStatuses: [running()] }, {}, ['1/1', 'Running']],
    [
      'crashing',
      { phase: 'Running', containerStatuses: [waiting('main', 'CrashLoopBackOff')] },
      {},
      ['0/1', 'CrashLoopBackOff'],
    ],
    [
      'completed',
      { phase: 'Succeeded', containerStatuses: [ended('main', { exitCode: 0, reason: 'Completed' })] },
      {},
      ['0/1', 'Completed'],
    ],
    [
      'failed without a reason',
      { phase: 'Failed', containerStatuses: [ended('main', { exitCode: 3 })] },
      {},
      ['0/1', 'ExitCode:3'],
    ],
    [
      'killed',
      { phase: 'Failed', containerStatuses: [ended('main', { exitCode: 137, signal: 9 })] },
      {},
      ['0/1', 'Signal:9'],
    ],
    ['evicted', { phase: 'Failed', reason: 'Evicted' }, {}, ['0/1', 'Evicted']],
    [
      'half done, and ready',
      { phase: 'Running', ...READY, containerStatuses: [ended('b', { reason: 'Completed' }), running()] },
      { containers: [{ name: 'b' }, { name: 'main' }] },
      ['1/2', 'Running'],
    ],
    [
      'half done, and not ready',
      { phase: 'Running', containerStatuses: [ended('b', { reason: 'Completed' }), running()] },
      { containers: [{ name: 'b' }, { name: 'main' }] },
      ['1/2', 'NotReady'],
    ],
    [
      'initialising',
      {
        phase: 'Pending',
        initContainerStatuses: [ended('i1', { exitCode: 0 }), { name: 'i2', state: { running: {} } }],
      },
      TWO_INIT,
      ['0/1', 'Init:1/2'],
    ],
    [
      'failing to initialise',
      { phase: 'Pending', initContainerStatuses: [ended('i1', { exitCode: 1, reason: 'Error' })] },
      TWO_INIT,
      ['0/1', 'Init:Error'],
    ],
    [
      'initialising in a crash loop',
      {
        phase: 'Pending',
        initContainerStatuses: [waiting('i1', 'CrashLoopBackOff'), waiting('i2', 'PodInitializing')],
      },
      TWO_INIT,
      ['0/1', 'Init:CrashLoopBackOff'],
    ],
    [
      'with a sidecar',
      { phase: 'Running', initContainerStatuses: [running({ name: 'side' })], containerStatuses: [running()] },
      SIDECAR,
      ['2/2', 'Running'],
    ],
    [
      'gated',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      {},
      ['0/1', 'SchedulingGated'],
    ],
  ])('says of a pod %s', (_name, status, spec, [ready, reason]) => {
    expect(row(status, spec).slice(0, 5)).toEqual(['a', ready, reason, '0', '10m']);
  });

  it.each<[string, PodStatus, string]>([
    ['runs', { phase: 'Running', containerStatuses: [running()] }, 'Terminating'],
    ['was on a lost node', { phase: 'Running', reason: 'NodeLost' }, 'Unknown'],
    ['has ended', { phase: 'Succeeded' }, 'Succeeded'],
  ])('says of a pod that is deleted and %s', (_name, status, reason) => {
    expect(row(status, {}, { deletionTimestamp: CREATED })[2]).toBe(reason);
  });

  it('counts restarts and says when the last was', () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-02T03:05:00Z' } };
    const status = { phase: 'Running', containerStatuses: [running({ restartCount: 3, lastState })] };
    expect(row(status)[3]).toBe('3 (5m ago)');
    expect(row({ phase: 'Running', containerStatuses: [running({ restartCount: 3 })] })[3]).toBe('3');
  });

  it('counts those of init containers only while they run', () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-02T03:09:00Z' } };
    const init = { ...ended('i1', { exitCode: 0 }), restartCount: 2, lastState };
    const pending = { phase: 'Pending', initContainerStatuses: [init, waiting('i2', 'PodInitializing')] };
    expect(row(pending, TWO_INIT)[3]).toBe('2 (60s ago)');
    expect(row({ phase: 'Running', initContainerStatuses: [init], containerStatuses: [running()] })[3]).toBe('0');
  });

  it('says more in the wide form', () => {
    expect(row({}).slice(5)).toEqual(['<none>', '<none>', '<none>', '<none>']);
    const status = {
      podIPs: [{ ip: '10.0.0.1' }],
      nominatedNodeName: 'n2',
      conditions: [{ type: 'g', status: 'True' }],
    };
    const spec = { nodeName: 'n1', readinessGates: [{ conditionType: 'g' }, { conditionType: 'h' }] };
    expect(row(status, spec).slice(5)).toEqual(['10.0.0.1', 'n1', 'n2', '1/2']);
  });
});
