import { expect, it } from 'vitest';
import { configMap, failure, registryFixture } from '../../test/support/registry-fixture.ts';
import { heavyCalls } from '../heavy-work/calls.ts';
import { doHeavyWork, type HeavyWork } from '../heavy-work/heavy-work.ts';

async function fixture() {
  const asked: HeavyWork['task'][] = [];
  const thread = {
    run: async (given: HeavyWork) => {
      asked.push(given.task);
      return doHeavyWork(given);
    },
  };
  const elsewhere = heavyCalls(thread, thread);
  return { asked, ...(await registryFixture({ elsewhere })) };
}
const LONG = { a: 'v'.repeat(60_000) };

it('looks at a long object in another thread, whichever way it comes, at a short one here', async () => {
  const { registry, asked } = await fixture();
  await registry.create('configmaps', 'default', configMap('short'));
  await registry.createAllSent('configmaps', [
    { ...configMap('many'), metadata: { name: 'many', namespace: 'default' } },
  ]);
  expect(asked).toEqual([]);
  await registry.create('configmaps', 'default', configMap('long', LONG));
  await registry.update('configmaps', 'default', 'short', configMap('short', LONG));
  await registry.patch('configmaps', 'default', 'short', 'merge', { data: null });
  expect(asked).toEqual(['validate', 'validate', 'validate']);
  const metadata = { name: 'sent', namespace: 'default' };
  const [sent] = await registry.createAllSent('configmaps', [{ ...configMap('sent', LONG), metadata }]);
  expect([sent, asked.length]).toEqual([expect.objectContaining({ created: true }), 4]);
});

it('refuses as it is done here, and changes nothing', async () => {
  const { registry } = await fixture();
  const bad = { ...LONG, 'a/b': '' };
  const refused = await failure(registry.create('configmaps', 'default', configMap('x', bad)));
  expect(refused).toMatchObject({
    code: 422,
    message: expect.stringContaining('ConfigMap "x" is invalid: data[a/b]:'),
  });
  await registry.create('configmaps', 'default', { ...configMap('fixed', LONG), immutable: true });
  const changed = registry.patch('configmaps', 'default', 'fixed', 'merge', { data: { b: 'c' } });
  expect(await failure(changed)).toMatchObject({
    ...{ code: 422, message: expect.stringContaining('data: Forbidden: field is immutable when `immutable` is set') },
  });
  expect(await registry.find('configmaps', 'default', 'x')).toBeUndefined();
});

it('tells of the warnings of a long object', async () => {
  const { registry, asked } = await fixture();
  const metadata = {
    name: 'w',
    annotations: { 'scheduler.alpha.kubernetes.io/critical-pod': '', a: 'v'.repeat(60_000) },
  };
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  const { warnings } = await registry.create('pods', 'default', { metadata, spec });
  expect([asked, warnings.length]).toEqual([['validate'], 1]);
});
