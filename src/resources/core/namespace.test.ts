import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { definition, created, completed, refusals, statusRefusals, row } = kindFixture('Namespace');

describe('Namespace', () => {
  it('begins active, held by its finalizer, with its name as a label', () => {
    const body = { metadata: { name: 'a' }, spec: { finalizers: ['x.io/y'] }, status: { phase: 'Terminating' } };
    expect(created(body)).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
      spec: { finalizers: ['x.io/y', 'kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  it('keeps its finalizers on an update', () => {
    const old = created({ metadata: { name: 'a' } });
    const next = completed({ metadata: { name: 'a' }, spec: { finalizers: [] } });
    definition.prepareForUpdate?.(next, old, { now: 0 });
    expect(next.spec).toEqual({ finalizers: ['kubernetes'] });
  });

  it('is held while it has finalizers, and says so', () => {
    const namespace = created({ metadata: { name: 'a' } });
    definition.deletion?.begin?.(namespace);
    expect(row(namespace)).toEqual({ Name: 'a', Status: 'Terminating', Age: '<unknown>' });
    expect(definition.deletion?.holds?.(namespace)).toBe(true);
    expect(definition.deletion?.holds?.({ ...namespace, spec: { finalizers: [] } })).toBe(false);
  });

  it('refuses bare finalizers and phases that do not fit', () => {
    expect(refusals({ spec: { finalizers: ['mine'] } })).toEqual([
      'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ]);
    expect(statusRefusals({ status: { phase: 'Terminating' } }, {})).toEqual([
      `status.Phase: Invalid value: "Terminating": may only be 'Active' if \`deletionTimestamp\` is empty`,
    ]);
  });
});
