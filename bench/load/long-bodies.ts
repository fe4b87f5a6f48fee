/** Bodies that are much work: what each needs first, and what is then sent. */
export interface LongBody {
  readonly title: string;
  readonly method: 'POST' | 'PATCH' | 'PUT';
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const JSON_TYPE = 'application/json';
const STRATEGIC = 'application/strategic-merge-patch+json';

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const keys = (count: number, value: string) => Object.fromEntries(times(count, (i) => [`key-${i}`, value]));
const env = (count: number, value: string) => times(count, (i) => ({ name: `E${i}`, value }));
const withEnv = (list: readonly object[]) => ({
  spec: { template: { spec: { containers: [{ name: 'c', image: 'c', env: list }] } } },
});

const configMap = (name: string, count: number) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: keys(count, 'value') },
});
const deployment = (name: string, count: number) => {
  const { template } = withEnv(env(count, 'value')).spec;
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: { selector: { matchLabels: { app: 'a' } }, template: { ...template, metadata: { labels: { app: 'a' } } } },
  };
};
const yaml = (count: number, name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${times(count, (i) => `  key-${i}: v ${i}`).join('\n')}\n`;

const post = (path: string, body: object): Omit<LongBody, 'title'> => ({
  ...{ method: 'POST', path, type: JSON_TYPE, body: JSON.stringify(body) },
});
const patch = (path: string, type: string, body: unknown): Omit<LongBody, 'title'> => ({
  ...{ method: 'PATCH', path, type, body: JSON.stringify(body) },
});
const apply = (name: string, count: number) =>
  patch(
    `${DEPLOYMENTS}/${name}?fieldManager=bench&force=true`,
    'application/apply-patch+yaml',
    deployment(name, count),
  );

/** `run` tells the names of one round from the next. */
export const longBodies = (run: string): readonly LongBody[] => [
  { title: 'JSON: 40,000 keys', ...post(MAPS, configMap(`m-${run}`, 40_000)) },
  { title: 'JSON: 20,000 env', ...post(DEPLOYMENTS, deployment(`d-${run}`, 20_000)) },
  ...[1_000, 8_000, 40_000].map((lines) => ({
    ...({ title: `YAML: ${lines} lines`, method: 'POST', path: MAPS, type: 'application/yaml' } as const),
    body: yaml(lines, `y-${run}-${lines}`),
  })),
  {
    title: 'strategic merge: 5,000 deletes',
    ...patch(`${DEPLOYMENTS}/d-${run}`, STRATEGIC, withEnv(times(5_000, (i) => ({ name: `E${i}`, $patch: 'delete' })))),
  },
  {
    title: 'strategic merge: 15,000 items',
    ...patch(`${DEPLOYMENTS}/d-${run}`, STRATEGIC, withEnv(env(20_000, 'other').slice(5_000))),
  },
  {
    title: 'JSON patch: 10,000 adds',
    ...patch(
      `${MAPS}/m-${run}`,
      'application/json-patch+json',
      times(10_000, (i) => ({ op: 'add', path: `/data/n${i}`, value: 'x' })),
    ),
  },
  {
    title: 'JSON patch: 1,000 copies of it all',
    ...patch(
      `${MAPS}/m-${run}`,
      'application/json-patch+json',
      times(1_000, (i) => ({ op: 'copy', from: '/data', path: `/data${i}` })),
    ),
  },
  {
    title: 'merge patch: 40,000 keys',
    ...patch(`${MAPS}/m-${run}`, 'application/merge-patch+json', { data: keys(40_000, 'new') }),
  },
  { title: 'apply: 10,000 env over another', ...apply(`d-${run}`, 10_000) },
  { title: 'apply: 10,000 env, new', ...apply(`a-${run}`, 10_000) },
  { title: 'apply: 1 env over 10,000', ...apply(`a-${run}`, 1) },
];
