import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { definition, completed, refusals, row } = kindFixture('Event');
const podEvent = {
  metadata: { name: 'web.17', namespace: 'shop' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', fieldPath: 'spec.containers{web}' },
  type: 'Normal',
  reason: 'Pulled',
  message: ' Image is there \n',
  source: { component: 'kubelet', host: 'n1' },
  firstTimestamp: '2026-01-02T02:54:05Z',
  lastTimestamp: '2026-01-02T03:03:05Z',
  count: 3,
};

describe('Event', () => {
  it('shows what kubectl get events -o wide shows', () => {
    expect(row(podEvent)).toEqual({
      'Last Seen': '60s',
      Type: 'Normal',
      Reason: 'Pulled',
      Object: 'pod/web',
      Subobject: 'spec.containers{web}',
      Source: 'kubelet, n1',
      Message: 'Image is there',
      'First Seen': '10m',
      Count: 3,
      Name: 'web.17',
    });
  });

  it('shows events of the newer form', () => {
    const newer = {
      eventTime: '2026-01-02T03:03:55.000000Z',
      reportingComponent: 'scheduler',
      reportingInstance: 's1',
    };
    expect(row(newer)).toMatchObject({ 'Last Seen': '10s', 'First Seen': '10s', Source: 'scheduler, s1', Count: 1 });
    const series = { count: 7, lastObservedTime: '2026-01-02T03:04:00.000000Z' };
    expect(row({ ...newer, series })).toMatchObject({ 'Last Seen': '5s', Count: 7 });
    expect(row({})).toMatchObject({ 'Last Seen': '<unknown>', Object: '' });
  });

  it('has all its selectable fields', () => {
    const fields = definition.fields(completed(podEvent));
    expect(Object.keys(fields).sort()).toEqual([...definition.selectableFields].sort());
    expect(fields).toMatchObject({ 'involvedObject.name': 'web', 'involvedObject.uid': '', source: 'kubelet' });
  });

  it('lives beside its object, or in default', () => {
    const why = 'does not match event.namespace';
    expect(refusals(podEvent)).toEqual([]);
    expect(refusals({ ...podEvent, metadata: { name: 'a', namespace: 'other' } })).toEqual([
      `involvedObject.namespace: Invalid value: "shop": ${why}`,
    ]);
    const ofNode = { involvedObject: { kind: 'Node', name: 'n1' } };
    expect(refusals({ ...ofNode, metadata: { namespace: 'default' } })).toEqual([]);
    expect(refusals({ ...ofNode, metadata: { namespace: 'kube-system' } })).toHaveLength(1);
  });

  it('asks more of the newer form', () => {
    const metadata = { namespace: 'default' };
    const newer = { metadata, eventTime: '2026-01-02T03:03:55Z', reportingComponent: 'a.io/b', reportingInstance: 'i' };
    expect(refusals({ ...newer, action: 'Binding', reason: 'Scheduled' })).toEqual([]);
    expect(refusals({ ...newer, reportingComponent: '!', message: 'x'.repeat(1025) })).toEqual([
      expect.stringMatching(/^reportingComponent: Invalid value: "!": name part must consist/),
      'action: Required value',
      'reason: Required value',
      'message: Invalid value: "": can have at most 1024 characters',
    ]);
  });
});
