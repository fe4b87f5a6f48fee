import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { parseYaml } from './parse-yaml.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const yaml = (name: string, lines: number, more = ''): string =>
  `metadata: {name: ${name}}\ndata:\n${Array.from({ length: lines }, (_, i) => `  key-${i}: value`).join('\n')}\n${more}`;

describe('long YAML', () => {
  let api: ApiFixture;
  let elsewhere: number;
  beforeEach(async () => {
    elsewhere = 0;
    api = await apiFixture({
      parseYamlElsewhere: async (body) => {
        elsewhere += 1;
        return parseYaml(body);
      },
    });
  });
  afterEach(() => api.close());
  const send = (method: string, path: string, body: string, type: string) =>
    api.call(method, path, body, { 'content-type': type });

  it('is parsed in another thread, also of an apply; short YAML and JSON here', async () => {
    const created = await send('POST', CONFIG_MAPS, yaml('a', 500), 'application/yaml');
    expect([created.code, Object.keys(created.json.data).length, elsewhere]).toEqual([201, 500, 1]);
    const apply = 'application/apply-patch+yaml';
    const typed = `apiVersion: v1\nkind: ConfigMap\n${yaml('b', 500)}`;
    expect((await send('PATCH', `${CONFIG_MAPS}/b?fieldManager=x`, typed, apply)).code).toBe(201);
    expect(elsewhere).toBe(2);
    expect((await send('POST', CONFIG_MAPS, yaml('c', 2), 'application/yaml')).code).toBe(201);
    const json = JSON.stringify({ metadata: { name: 'd' }, data: { k: 'v'.repeat(200_000) } });
    expect((await send('POST', CONFIG_MAPS, json, 'application/json')).code).toBe(201);
    expect(elsewhere).toBe(2);
  });

  it('is refused as if it were parsed here', async () => {
    const broken = await send('POST', CONFIG_MAPS, yaml('a', 500, 'x: [b'), 'application/yaml');
    expect([broken.code, broken.json.reason]).toEqual([400, 'BadRequest']);
    const strict = `${CONFIG_MAPS}?fieldValidation=Strict`;
    const twice = await send('POST', strict, yaml('a', 500, '  key-1: again\n'), 'application/yaml');
    expect([twice.code, twice.json.message]).toEqual([400, expect.stringContaining('"key-1" already set in map')]);
  });

  it('is not looked at where there is nothing of that name', async () => {
    expect((await send('POST', '/api/v1/namespaces/default/gadgets', yaml('a', 500), 'application/yaml')).code).toBe(
      404,
    );
    expect(elsewhere).toBe(0);
  });
});
