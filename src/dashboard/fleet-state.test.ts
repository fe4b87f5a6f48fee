import { describe, expect, it } from 'vitest';
import { FleetState, type Followed } from './fleet-state.ts';

const added = <Id extends keyof Followed>(fleet: FleetState, id: Id, object: object): void =>
  fleet.apply(id, { type: 'ADDED', object: object as Followed[Id] });
const node = (name: string, ready?: string, spec = {}) => ({
  metadata: { uid: name, name },
  spec,
  status: ready === undefined ? {} : { conditions: [{ type: 'Ready', status: ready }] },
});

describe('FleetState', () => {
  it('tells a node by its Ready condition, and a cordoned one from a ready one', () => {
    const fleet = new FleetState();
    added(fleet, 'nodes', node('n-10', 'True'));
    added(fleet, 'nodes', node('n-9', 'True', { unschedulable: true }));
    added(fleet, 'nodes', node('n-1', 'False'));
    added(fleet, 'nodes', node('n-2'));
    expect(fleet.nodes()).toEqual([
      { name: 'n-1', state: 'not-ready' },
      { name: 'n-2', state: 'unknown' },
      { name: 'n-9', state: 'cordoned' },
      { name: 'n-10', state: 'ready' },
    ]);
    expect(fleet.summary()).toMatchObject({ nodes: 4, readyNodes: 2 });
  });

  it('shows what holds a pod up, then its phase, and that it is ending', () => {
    const fleet = new FleetState();
    const pod = (name: string, status: object, metadata = {}) => ({
      metadata: { uid: name, name, ...metadata },
      status,
    });
    const waiting = { containerStatuses: [{ restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }] };
    added(fleet, 'pods', pod('a', { phase: 'Running', ...waiting }));
    added(fleet, 'pods', pod('b', { phase: 'Running' }));
    added(fleet, 'pods', pod('c', { phase: 'Running' }, { deletionTimestamp: 'now' }));
    expect(fleet.pods('').map(({ status, restarts }) => [status, restarts])).toEqual([
      ['CrashLoopBackOff', 3],
      ['Running', 0],
      ['Terminating', 0],
    ]);
    expect(fleet.pods(' B ').map(({ name }) => name)).toEqual(['b']);
  });

  it('forgets what is deleted, and everything of a kind when its snapshot begins again', () => {
    const fleet = new FleetState();
    added(fleet, 'nodes', node('a', 'True'));
    added(fleet, 'nodes', node('b', 'True'));
    fleet.apply('nodes', { type: 'DELETED', object: node('a') as Followed['nodes'] });
    expect(fleet.nodes().map(({ name }) => name)).toEqual(['b']);
    fleet.reset('nodes');
    expect(fleet.summary().nodes).toBe(0);
  });
});
