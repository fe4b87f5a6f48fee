import { describe, expect, it } from 'vitest';
import { read, registryFixture } from '../../test/support/registry-fixture.ts';

const backend = { service: { name: 's', port: { number: 80 } } };
const CASES = [
  {
    title: 'an ingress',
    resource: 'ingresses.networking.k8s.io',
    classes: 'ingressclasses.networking.k8s.io',
    mark: 'ingressclass.kubernetes.io/is-default-class',
    old: 'kubernetes.io/ingress.class',
    field: 'ingressClassName',
    ofClass: { spec: { controller: 'a.example/c' } },
    spec: { defaultBackend: backend },
  },
  {
    title: 'a claim',
    resource: 'persistentvolumeclaims',
    classes: 'storageclasses.storage.k8s.io',
    mark: 'storageclass.kubernetes.io/is-default-class',
    old: 'volume.beta.kubernetes.io/storage-class',
    field: 'storageClassName',
    ofClass: { provisioner: 'a.example/p' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
] as const;

describe.each(CASES)('$title without a class', ({ resource, classes, mark, old, field, ofClass, spec }) => {
  async function setUp() {
    const { registry, time } = await registryFixture();
    return {
      time,
      define: (name: string, isDefault: boolean) =>
        registry.create(classes, '', { metadata: { name, annotations: { [mark]: String(isDefault) } }, ...ofClass }),
      create: async (name: string, more: object = {}, annotations = {}) =>
        read(
          (await registry.create(resource, 'default', { metadata: { name, annotations }, spec: { ...spec, ...more } }))
            .object,
        ).spec,
    };
  }

  it('gets the newest of those that are marked, the first by name of one second', async () => {
    const { time, define, create } = await setUp();
    await define('plain', false);
    expect(await create('none')).not.toHaveProperty(field);
    await define('old', true);
    time.ms += 1_000;
    await define('b', true);
    await define('a', true);
    expect(await create('one')).toMatchObject({ [field]: 'a' });
  });

  it('keeps the class that it names, in the field or as of old', async () => {
    const { define, create } = await setUp();
    await define('usual', true);
    expect(await create('named', { [field]: 'mine' })).toMatchObject({ [field]: 'mine' });
    expect(await create('annotated', {}, { [old]: 'mine' })).not.toHaveProperty(field);
  });
});

it('a claim that wants no class at all gets none', async () => {
  const { registry } = await registryFixture();
  const annotations = { [CASES[1].mark]: 'true' };
  await registry.create(CASES[1].classes, '', { metadata: { name: 'usual', annotations }, ...CASES[1].ofClass });
  const claim = { metadata: { name: 'c' }, spec: { ...CASES[1].spec, storageClassName: '' } };
  expect(read((await registry.create(CASES[1].resource, 'default', claim)).object).spec).toMatchObject({
    storageClassName: '',
  });
});
