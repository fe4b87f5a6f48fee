/** Patches and updates of large objects, each made first. */
import {
  APPLY,
  type Asked,
  configMap,
  DEPLOYMENTS,
  deployment,
  type HostileRequest,
  JSON_PATCH,
  LIMIT,
  MANY,
  MAPS,
  MERGE,
  ofTemplate,
  pairs,
  patch,
  post,
  STRATEGIC,
  times,
} from './request.ts';

const env = (count: number, value: string) => times(count, (i) => ({ name: `E${i}`, value }));
const made = (name: string): Asked => post(DEPLOYMENTS, () => deployment(name, { env: env(20_000, 'v') }));
const mapMade = (name: string, count = 40_000): Asked =>
  post(MAPS, () => configMap(name, { data: pairs(count, 'value') }));
const applied = (name: string, manager: string, force: boolean, body: () => unknown, path = MAPS): Asked =>
  patch(`${path}/${name}?fieldManager=${manager}&force=${force}`, APPLY, body);

const jsonPatches = (run: string): HostileRequest[] => [
  {
    title: 'JSON patch: 10,000 adds',
    before: [mapMade(`ja-${run}`)],
    ...patch(`${MAPS}/ja-${run}`, JSON_PATCH, () =>
      times(10_000, (i) => ({ op: 'add', path: `/data/n${i}`, value: 'x' })),
    ),
  },
  {
    title: 'JSON patch: 10,001 adds',
    ...patch(`${MAPS}/ja-${run}`, JSON_PATCH, () =>
      times(10_001, (i) => ({ op: 'add', path: `/data/n${i}`, value: 'x' })),
    ),
  },
  {
    title: 'JSON patch: 1,000 copies of it all',
    before: [mapMade(`jc-${run}`)],
    ...patch(`${MAPS}/jc-${run}`, JSON_PATCH, () =>
      times(1_000, (i) => ({ op: 'copy', from: '/data', path: `/data${i}` })),
    ),
  },
  {
    title: 'JSON patch: copies into itself',
    before: [mapMade(`ji-${run}`, 10)],
    ...patch(`${MAPS}/ji-${run}`, JSON_PATCH, () =>
      times(10_000, () => ({ op: 'copy', from: '/data', path: '/data/a' })),
    ),
  },
  {
    title: 'JSON patch: 10,000 tests of it all',
    before: [mapMade(`jt-${run}`, 10)],
    ...patch(`${MAPS}/jt-${run}`, JSON_PATCH, () =>
      times(10_000, () => ({ op: 'test', path: '/data', value: pairs(1, 'v') })),
    ),
  },
];

const mergePatches = (run: string): HostileRequest[] => [
  {
    title: 'merge patch: 49,000 keys',
    before: [mapMade(`ma-${run}`)],
    ...patch(`${MAPS}/ma-${run}`, MERGE, () => ({ data: pairs(MANY, 'new') })),
  },
  {
    title: 'merge patch: 40,000 nulls',
    before: [mapMade(`mn-${run}`)],
    ...patch(`${MAPS}/mn-${run}`, MERGE, () => ({
      data: Object.fromEntries(times(40_000, (i) => [`key-${i}`, null])),
    })),
  },
  {
    title: 'merge patch: a text of 3 MB',
    before: [mapMade(`mt-${run}`, 10)],
    ...patch(`${MAPS}/mt-${run}`, MERGE, () => ({ data: { a: 'x'.repeat(LIMIT - 100) } })),
  },
  {
    title: 'merge patch: bad labels: 49,000',
    before: [mapMade(`ml-${run}`, 10)],
    ...patch(`${MAPS}/ml-${run}`, MERGE, () => ({ metadata: { labels: pairs(MANY, '-', 'bad_/!') } })),
  },
  {
    title: 'merge patch of a label, of 40,000 keys',
    before: [mapMade(`mo-${run}`)],
    ...patch(`${MAPS}/mo-${run}`, MERGE, () => ({ metadata: { labels: { a: 'b' } } })),
  },
  {
    title: 'merge patch: unknown fields, Strict: 49,000',
    before: [mapMade(`mu-${run}`, 10)],
    ...patch(`${MAPS}/mu-${run}?fieldValidation=Strict`, MERGE, () => pairs(MANY, 'v', 'unknown')),
  },
  {
    title: 'PUT: 49,000 other keys',
    before: [mapMade(`pu-${run}`)],
    ...post(`${MAPS}/pu-${run}`, () => configMap(`pu-${run}`, { data: pairs(MANY, 'v', 'other-') })),
    method: 'PUT',
  },
];

const strategicPatches = (run: string): HostileRequest[] => [
  {
    title: 'strategic merge: 16,000 items',
    before: [made(`si-${run}`)],
    ...patch(`${DEPLOYMENTS}/si-${run}`, STRATEGIC, () => ofTemplate({ env: env(16_000, 'other') })),
  },
  {
    title: 'strategic merge: 10,000 deletes',
    before: [made(`sd-${run}`)],
    ...patch(`${DEPLOYMENTS}/sd-${run}`, STRATEGIC, () =>
      ofTemplate({ env: times(10_000, (i) => ({ name: `E${i}`, $patch: 'delete' })) }),
    ),
  },
  {
    title: 'strategic merge: $setElementOrder of 49,000',
    before: [made(`so-${run}`)],
    ...patch(`${DEPLOYMENTS}/so-${run}`, STRATEGIC, () =>
      ofTemplate({ '$setElementOrder/env': times(MANY, (i) => ({ name: `E${i}` })), env: [] }),
    ),
  },
  {
    title: 'strategic merge: $setElementOrder and 12,000 items',
    before: [made(`sb-${run}`)],
    ...patch(`${DEPLOYMENTS}/sb-${run}`, STRATEGIC, () =>
      ofTemplate({
        '$setElementOrder/env': times(12_000, (i) => ({ name: `E${12_000 - i}` })),
        env: env(12_000, 'other'),
      }),
    ),
  },
  {
    title: 'strategic merge: $deleteFromPrimitiveList of 49,000',
    before: [
      post(MAPS, () =>
        configMap(`sp-${run}`, { metadata: { name: `sp-${run}`, finalizers: times(40_000, (i) => `a.b/f${i}`) } }),
      ),
    ],
    ...patch(`${MAPS}/sp-${run}`, STRATEGIC, () => ({
      metadata: { '$deleteFromPrimitiveList/finalizers': times(MANY, (i) => `a.b/f${i}`) },
    })),
  },
  {
    title: 'strategic merge: unknown directives: 49,000',
    before: [mapMade(`su-${run}`, 10)],
    ...patch(`${MAPS}/su-${run}`, STRATEGIC, () => ({ data: pairs(MANY, 'x', '$retainKeys') })),
  },
];

const applies = (run: string): HostileRequest[] => [
  {
    title: 'apply: 49,000 keys, new',
    ...applied(`an-${run}`, 'one', false, () => configMap(`an-${run}`, { data: pairs(MANY, 'value') })),
  },
  {
    title: 'apply: the same again',
    ...applied(`an-${run}`, 'one', false, () => configMap(`an-${run}`, { data: pairs(MANY, 'value') })),
  },
  {
    title: 'apply: a second manager, 49,000 conflicts',
    ...applied(`an-${run}`, 'two', false, () => configMap(`an-${run}`, { data: pairs(MANY, 'other') })),
  },
  {
    title: 'apply: a second manager, by force',
    ...applied(`an-${run}`, 'two', true, () => configMap(`an-${run}`, { data: pairs(MANY, 'other') })),
  },
  {
    title: 'apply: 49,000 other keys',
    ...applied(`an-${run}`, 'two', true, () => configMap(`an-${run}`, { data: pairs(MANY, 'v', 'other-') })),
  },
  {
    title: 'apply: nothing over 49,000',
    ...applied(`an-${run}`, 'two', true, () => configMap(`an-${run}`)),
  },
  {
    title: 'apply: 16,000 env, new',
    ...applied(`ae-${run}`, 'one', false, () => deployment(`ae-${run}`, { env: env(16_000, 'v') }), DEPLOYMENTS),
  },
  {
    title: 'apply: 16,000 env, 16,000 conflicts',
    ...applied(`ae-${run}`, 'two', false, () => deployment(`ae-${run}`, { env: env(16_000, 'w') }), DEPLOYMENTS),
  },
  {
    title: 'apply: 16,000 env, by force',
    ...applied(`ae-${run}`, 'two', true, () => deployment(`ae-${run}`, { env: env(16_000, 'w') }), DEPLOYMENTS),
  },
  {
    title: 'apply: bad labels: 49,000',
    ...applied('x', 'one', false, () =>
      configMap('x', { metadata: { name: 'x', labels: pairs(MANY, '-', 'bad_/!') } }),
    ),
  },
];

export const hostilePatches = (run: string): readonly HostileRequest[] => [
  ...jsonPatches(run),
  ...mergePatches(run),
  ...strategicPatches(run),
  ...applies(run),
];
