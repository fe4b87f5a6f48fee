import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, CONFIG_MAPS } from '../../../../test/support/api-fixture.ts';
import { configMap } from '../../../../test/support/registry-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

/** Nine to the power of twelve strings. */
function aliasBomb(): string {
  const names = [...'abcdefghijklm'];
  const lines = names.map(
    (name, i) =>
      `${name}: &${name} [${Array(9)
        .fill(i === 0 ? 'x' : `*${names[i - 1]}`)
        .join(',')}]`,
  );
  return `${lines.join('\n')}\n`;
}

describe('bad input', () => {
  const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

  it.each([
    ['a cut-off body', '{"metadata":', 400, 'json parse error: unexpected end of JSON input ({"metadata":)'],
    ['a stray character', '{"a": x}', 400, "invalid character 'x' looking for beginning of value"],
    ['an empty body', '', 400, 'unexpected end of JSON input'],
    ['200,000 arrays', `{"data":${nested}}`, 400, 'exceeded max depth'],
    ['an array', '[]', 400, 'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:'],
    ['a number as kind', '{"kind":7}', 400, 'json: cannot unmarshal number into Go struct field .kind of type string'],
    ['null', 'null', 400, 'cannot unmarshal null'],
    ['a number', '7', 400, 'cannot unmarshal'],
    ['a wrong type', '{"metadata":{"name":7}}', 400, 'cannot unmarshal number into Go struct field'],
    ['a wrong kind', '{"kind":"Pod","apiVersion":"v1"}', 400, 'converting (v1.Pod) to (core.ConfigMap): unknown conv'],
    ['a bad name', '{"metadata":{"name":"A B"}}', 422, 'a lowercase RFC 1123 subdomain must consist of'],
    ['no name', '{"metadata":{}}', 422, 'name or generateName is required'],
    ['another namespace', '{"metadata":{"name":"a","namespace":"other"}}', 400, 'does not match the namespace sent'],
  ])('%s', async (_, body, code, message) => {
    const answer = await api.call('POST', CONFIG_MAPS, body, { 'content-type': 'application/json' });
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', code });
    expect(answer.code).toBe(code);
    expect(answer.json.message).toContain(message);
    expect((await api.call('GET', CONFIG_MAPS)).json.items).toEqual([]);
  });

  it.each([
    ['', 'unexpected end of JSON input (<empty>)'],
    ['hello', "invalid character 'h' looking for beginning of value (68656c6c6f)"],
    [`{"metadata":{"name":"${'x'.repeat(30)}"`, 'unexpected end of JSON input ({"metadata":{"name":"xxxxxxxxx ...)'],
  ])('%j is told of as kube-apiserver tells of it', async (body, why) => {
    const { json } = await api.call('PUT', `${CONFIG_MAPS}/a`, body, { 'content-type': 'application/json' });
    expect(json.message).toBe(
      `the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: ${why}`,
    );
    const scaled = await api.call('PUT', '/apis/apps/v1/namespaces/default/deployments/d/scale', body);
    expect(scaled.json.message).toContain('unrecognized (must be of type Scale): ');
  });

  it('an apiVersion of three parts', async () => {
    const body = '{"apiVersion":"a/b/c","kind":"ConfigMap"}';
    const { code, json } = await api.call('POST', CONFIG_MAPS, body, { 'content-type': 'application/json' });
    const of = 'the object provided is unrecognized (must be of type ConfigMap)';
    const start = '{"apiVersion":"a/b/c","kind":"';
    expect([code, json.message]).toEqual([400, `${of}: unexpected GroupVersion string: a/b/c (${start} ...)`]);
    await api.call('POST', CONFIG_MAPS, configMap('a'));
    const headers = { 'content-type': 'application/merge-patch+json' };
    const patched = await api.call('PATCH', `${CONFIG_MAPS}/a`, '{"apiVersion":"a/b/c"}', headers);
    expect([patched.code, patched.json.message]).toEqual([
      422,
      expect.stringContaining('unexpected GroupVersion string: a/b/c'),
    ]);
  });

  it.each([
    ['json-patch+json', '[{', 'error decoding patch: unexpected end of JSON input'],
    ['json-patch+json', '{}', 'error decoding patch: json: cannot unmarshal object into Go value of type []'],
    ['merge-patch+json', 'x', "error decoding patch: invalid character 'x' looking for beginning of value"],
    ['merge-patch+json', '[]', 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]'],
    ['strategic-merge-patch+json', '', 'unexpected end of JSON input'],
    ['apply-patch+yaml', 'a: [', 'error decoding YAML: error converting YAML to JSON: yaml: '],
  ])('a patch of type %s that is %j', async (type, body, message) => {
    await api.call('POST', CONFIG_MAPS, configMap('a'));
    const headers = { 'content-type': `application/${type}` };
    const { code, json } = await api.call('PATCH', `${CONFIG_MAPS}/a?fieldManager=m`, body, headers);
    expect([code, json.message.slice(0, message.length)]).toEqual([400, message]);
  });

  it('a body over the limit', async () => {
    const { code, json } = await api.call('POST', CONFIG_MAPS, configMap('big', { x: 'y'.repeat(3_200_000) }));
    expect([code, json.reason, json.message]).toEqual([
      413,
      'RequestEntityTooLarge',
      'Request entity too large: limit is 3145728',
    ]);
  });

  it.each(['application/com.github.proto', 'text/plain', 'nonsense', 'application/xml; charset=utf-8'])(
    'a body of type %s',
    async (type) => {
      const { code, json } = await api.call('POST', CONFIG_MAPS, 'k8s', { 'content-type': type });
      expect([code, json.reason]).toEqual([415, 'UnsupportedMediaType']);
    },
  );

  it.each([
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['bad YAML', 'a: [1\nb'],
    ['an alias bomb', aliasBomb()],
    ['endless nesting', '['.repeat(100_000)],
    ['endless sequences', '- '.repeat(100_000)],
    ['endless explicit keys', '? '.repeat(100_000)],
    ['deep indentation', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['endless quotes', '"'.repeat(100_000)],
    ['endless comments', '#x\n'.repeat(300_000)],
    ['endless documents', '---\n'.repeat(100_000)],
  ])('%s', async (_, body) => {
    const answer = await api.call('POST', CONFIG_MAPS, body, { 'content-type': 'application/yaml' });
    expect(answer.code).toBe(400);
    expect(answer.json.message).toContain('error converting YAML to JSON');
  });
});
