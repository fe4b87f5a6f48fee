import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { overHttp, type WatchedApi } from '../../../test/support/opened-watch.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';

let api: ApiFixture;
let watched: WatchedApi;
beforeEach(async () => {
  api = await apiFixture();
  watched = { api, server: await api.listen() };
});
afterEach(() => api.close());

const put = (name: string, data: Record<string, string> = {}) =>
  api.registry.create('configmaps', 'default', configMap(name, data));

describe('forms of a watch', () => {
  it('may be tables', async () => {
    await put('a');
    const watch = await overHttp(watched, '', 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json');
    expect(await watch.next()).toMatchObject({
      type: 'ADDED',
      object: {
        ...{ kind: 'Table', columnDefinitions: expect.arrayContaining([expect.anything()]) },
        rows: [{ cells: expect.arrayContaining(['a']), object: { metadata: { name: 'a' } } }],
      },
    });
    await put('b');
    const { object } = (await watch.next()) ?? {};
    expect([object?.columnDefinitions, object?.rows[0].cells[0]]).toEqual([null, 'b']);
    watch.close();
  });

  it('may be metadata alone', async () => {
    await put('a', { secret: 'x' });
    const watch = await overHttp(watched, '', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io');
    const event = await watch.next();
    expect(event?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    expect(event?.object.data).toBeUndefined();
    watch.close();
  });

  it('is 406 in YAML', async () => {
    expect((await overHttp(watched, '', 'application/yaml')).code).toBe(406);
  });
});
