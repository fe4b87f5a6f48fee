import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectMeta } from '../values/object.ts';
import { RESOURCES } from './index.ts';
import { validateLabels, validateMetadata, validateMetadataUpdate } from './validate-metadata.ts';

const kind = (name: string) => {
  const found = RESOURCES.find((definition) => definition.kind === name);
  if (found === undefined) {
    throw new Error(`no kind ${name}`);
  }
  return found;
};
const object = (metadata: ObjectMeta) => ({ apiVersion: 'v1', kind: 'X', metadata });
const texts = (metadata: ObjectMeta, of = 'ConfigMap') =>
  validateMetadata(kind(of), object({ namespace: 'default', name: 'a', ...metadata })).map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('validateMetadata', () => {
  it('takes what is right', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: 'u', controller: true };
    const metadata = { labels: { 'a/b': 'c', d: '' }, annotations: { 'A/b': 'any text' }, ownerReferences: [owner] };
    expect(texts({ ...metadata, finalizers: ['orphan', 'example.com/x'], generateName: 'a-' })).toEqual([]);
  });

  it.each<[string, ObjectMeta, string]>([
    ['no name', { name: '' }, 'metadata.name: Required value: name or generateName is required'],
    ['no namespace', { namespace: '' }, 'metadata.namespace: Required value'],
    ['a label key', { labels: { '': 'x' } }, 'metadata.labels: Invalid value: "": name part must be non-empty'],
    [
      'an owner',
      { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '' }] },
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ],
    [
      'an owner without version',
      { ownerReferences: [{ apiVersion: 'a/b/c', kind: 'Pod', name: 'a', uid: 'u' }] },
      'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty',
    ],
    [
      'long annotations',
      { annotations: { a: 'x'.repeat(256 * 1024) } },
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [
      'a finalizer',
      { finalizers: ['mine'] },
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
    [
      'both finalizers',
      { finalizers: ['orphan', 'foregroundDeletion'] },
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
    ],
  ])('refuses %s', (_what, metadata, expected) => {
    expect(texts(metadata)[0]).toBe(expected);
  });

  it('checks the name by the rule of the kind', () => {
    expect(texts({ name: 'A_b' })[0]).toContain('a lowercase RFC 1123 subdomain must consist of');
    expect(texts({ name: 'a.b' }, 'Namespace')[0]).toContain('must not contain dots');
    expect(texts({ name: 'A:b' }, 'Event')).toEqual([]);
    expect(texts({ name: 'a/b' }, 'Event')).toEqual([`metadata.name: Invalid value: "a/b": may not contain '/'`]);
    expect(texts({ generateName: 'AB-' })[0]).toContain('metadata.generateName: Invalid value: "AB-"');
  });

  it('lets one reference be the controller', () => {
    const owner = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name, controller: true });
    expect(texts({ ownerReferences: [owner('a'), owner('b')] })[0]).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b',
    );
  });

  const name = fc.string({ unit: fc.constantFrom('a', 'z', '0', '-', '.', 'A', '_', '/'), maxLength: 70 });
  it('takes exactly the names that the pattern takes', () => {
    fc.assert(
      fc.property(name, (text) => {
        const isLabel = text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
        expect(texts({ name: text }, 'Namespace').length === 0).toBe(isLabel);
      }),
    );
  });

  it('never throws, and names the field of every cause', () => {
    const map = fc.dictionary(fc.string(), fc.string());
    const owner = fc.record({ apiVersion: fc.string(), kind: fc.string(), name: fc.string(), uid: fc.string() });
    const metadata = fc.record({
      name: fc.string(),
      labels: map,
      annotations: map,
      finalizers: fc.array(fc.string()),
      ownerReferences: fc.array(owner),
    });
    fc.assert(
      fc.property(metadata, fc.constantFrom(...RESOURCES), (given, definition) => {
        const causes = validateMetadata(definition, object(given));
        expect(causes.every(({ field }) => field?.startsWith('metadata.'))).toBe(true);
      }),
    );
  });
});

describe('validateMetadataUpdate', () => {
  const update = (metadata: ObjectMeta, old: ObjectMeta) =>
    validateMetadataUpdate(kind('ConfigMap'), object(metadata), object(old));

  it('takes no new finalizers once the object is ending', () => {
    const ending = { deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['a/b'] };
    expect(update({ finalizers: ['a/b'] }, ending)).toEqual([]);
    expect(update({ finalizers: [] }, ending)).toEqual([]);
    expect(update({ finalizers: ['a/b', 'c/d'] }, ending)).toEqual([
      {
        reason: 'FieldValueForbidden',
        field: 'metadata.finalizers',
        message:
          'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d"}',
      },
    ]);
    expect(update({ finalizers: ['a/b', 'c/d'] }, { finalizers: ['a/b'] })).toEqual([]);
  });

  it('checks labels and annotations as on create', () => {
    expect(update({ labels: { a: '!' } }, {})).toHaveLength(1);
  });
});

it('is not checked to the end where very much of it is wrong', () => {
  const labels = Object.fromEntries(Array.from({ length: 49_000 }, (_, i) => [`bad_/${i}!`, '-bad-']));
  const found = validateLabels(labels, 'metadata.labels');
  expect(found.length).toBeGreaterThan(100);
  expect(found.length).toBeLessThan(2_010);
});

it('is shown in part where it is very long', () => {
  const [found] = validateLabels({ a: `-${'b'.repeat(3_000_000)}` }, 'metadata.labels');
  expect(found?.message).toMatch(/^Invalid value: "-b{9998}…: must be no more than 63 /);
  expect(found?.message.length).toBeLessThan(11_000);
});
