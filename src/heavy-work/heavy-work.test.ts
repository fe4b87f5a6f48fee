import { describe, expect, it } from 'vitest';
import { deployment } from '../../test/support/registry-fixture.ts';
import { NotJson } from '../api/http/parse-json.ts';
import { StatusError } from '../errors.ts';
import { applyPatch } from '../registry/apply-patch.ts';
import { RESOURCES } from '../resources/index.ts';
import { type EndReason, ThreadEnded } from '../timing/thread.ts';
import type { KubeObject } from '../values/object.ts';
import { heavyCalls } from './calls.ts';
import { doHeavyWork, type HeavyWork } from './heavy-work.ts';

/** As messages between threads are. */
const taken: string[] = [];
const thread = (name: string) => ({
  run: async (given: HeavyWork) => {
    taken.push(name);
    return structuredClone(doHeavyWork(structuredClone(given)));
  },
});
const calls = heavyCalls(thread('quick'), thread('slow'));
const definition = RESOURCES.find(({ kind }) => kind === 'Deployment');
const current = deployment('web') as KubeObject;
const patchElsewhere = (patch: unknown) =>
  calls.patch({
    ...{ resource: 'deployments.apps', current: JSON.stringify(current), type: 'strategic' },
    patch: JSON.stringify(patch),
  });

const ending = (reason: EndReason) => {
  const ended = { run: () => Promise.reject(new ThreadEnded(reason, 'for a test')) };
  return heavyCalls(ended, ended);
};

describe('heavy work', () => {
  it('patches as it is done here', async () => {
    const patch = { metadata: { labels: { a: 'b' } }, spec: { template: { spec: { containers: [{ name: 'new' }] } } } };
    expect(JSON.parse(await patchElsewhere(patch))).toEqual(
      applyPatch(definition, current, { type: 'strategic', patch }),
    );
  });

  it('refuses as it is done here', async () => {
    const patch = { spec: { template: { spec: { containers: [{ image: 'no key' }] } } } };
    const error = await patchElsewhere(patch).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(StatusError);
    expect(() => applyPatch(definition, current, { type: 'strategic', patch })).toThrow((error as Error).message);
  });

  it('reads YAML longer than this thread would', async () => {
    const lines = Array.from({ length: 9_000 }, (_, i) => `  key${i}: value`);
    const { value, complaints } = await calls.parse('yaml', Buffer.from(`data:\n${lines.join('\n')}\n  key0: b\n`));
    expect(Object.keys((value as { data: object }).data)).toHaveLength(9_000);
    expect(complaints).toEqual([expect.stringContaining('key "key0" already set in map')]);
    await expect(calls.parse('yaml', Buffer.from('a: [b'))).rejects.toMatchObject({ code: 400 });
  });

  it('parses JSON as it is done here', async () => {
    const twice = Buffer.from('{"a":1,"a":{"__proto__":2}}');
    const { value, complaints } = await calls.parse('json', twice);
    expect([JSON.stringify(value), complaints]).toEqual(['{"a":{"__proto__":2}}', ['duplicate field "a"']]);
    const error = await calls.parse('json', Buffer.from('{"a"')).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(NotJson);
    expect(error).toMatchObject({ code: 400, why: 'unexpected end of JSON input' });
    await expect(calls.parse('protobuf', Buffer.from('k8s'))).rejects.toMatchObject({ code: 400 });
  });

  it('validates as it is done here', async () => {
    const whole = structuredClone(current);
    definition?.applyDefaults?.(whole);
    const { spec } = whole as unknown as { spec: object };
    const object = (more: object): string => JSON.stringify({ ...whole, spec: { ...spec, ...more } });
    const resource = 'deployments.apps';
    expect(await calls.validate({ resource, object: object({}) })).toEqual([]);
    await expect(calls.validate({ resource, object: object({ replicas: -1 }) })).rejects.toMatchObject({
      ...{ code: 422, message: expect.stringContaining('spec.replicas: Invalid value: -1') },
    });
    const update = { old: object({}), scope: 'main' };
    const changed = object({ selector: { matchLabels: { other: 'a' } } });
    await expect(calls.validate({ resource, object: changed, update })).rejects.toMatchObject({
      ...{ code: 422, message: expect.stringContaining('field is immutable') },
    });
  });

  it('has YAML and patches in a thread of their own: others do not wait for them', async () => {
    taken.length = 0;
    await calls.parse('yaml', Buffer.from('a: b'));
    await patchElsewhere({ metadata: { labels: { a: 'b' } } });
    await calls.parse('json', Buffer.from('{}'));
    expect(taken).toEqual(['slow', 'slow', 'quick']);
  });

  it('notes what clients change in the thread of patches, and what controllers change in the other one', async () => {
    taken.length = 0;
    const [old, object] = [1, 2].map((replicas) => JSON.stringify({ ...current, spec: { replicas } }));
    const writer = { manager: 'me', now: '2026-01-02T03:04:05Z' };
    for (const isClient of [true, false]) {
      const texts = { old: old ?? '', object: object ?? '', given: undefined };
      await calls.track({ resource: 'deployments.apps', subresource: '', ...texts, writer, isClient });
    }
    expect(taken).toEqual(['slow', 'quick']);
  });

  it('tells too many, a stop and a failure of ours from too much', async () => {
    const codes = (['busy', 'closed', 'failed'] as const).map((reason) =>
      ending(reason)
        .validate({ resource: 'pods', object: '{}' })
        .catch((error: StatusError) => error.code),
    );
    expect(await Promise.all(codes)).toEqual([429, 503, 500]);
  });

  it('tells the client when it was too much', async () => {
    const ended = ending('too much');
    await expect(ended.parse('yaml', Buffer.from('a'))).rejects.toMatchObject({ code: 400 });
    await expect(ended.patch({ resource: 'pods', current: '{}', type: 'json', patch: '[]' })).rejects.toMatchObject({
      code: 413,
    });
    await expect(ended.validate({ resource: 'pods', object: '{}' })).rejects.toMatchObject({ code: 413 });
    await expect(ended.parse('json', Buffer.from('{}'))).rejects.toMatchObject({ code: 413 });
  });
});
