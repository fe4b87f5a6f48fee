/** Bodies of creates that are not JSON: YAML, protobuf, NDJSON. */
import { APPLY, configMap, type HostileRequest, LIMIT, MAPS, PODS, pairs, pod, postText, times } from './request.ts';

const YAML = 'application/yaml';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const NDJSON = 'application/x-ndjson';
const BULK = '/apis/fleet.flotilla.dev/v1alpha1/bulk';

const head = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const lines = (count: number, line: (index: number) => string): string => times(count, line).join('\n');
const bomb = (): string => {
  const letters = 'abcdefghi'.split('');
  return letters
    .map((letter, i) => `${letter}: &${letter} [${times(9, () => (i === 0 ? 'x' : `*${letters[i - 1]}`)).join(',')}]`)
    .join('\n');
};

const yaml = (run: string): HostileRequest[] => [
  {
    title: 'YAML: 60,000 lines',
    ...postText(MAPS, () => `${head(`y-${run}`)}data:\n${lines(60_000, (i) => `  key-${i}: v ${i}`)}\n`, YAML),
  },
  {
    title: 'YAML: 150,000 lines',
    ...postText(MAPS, () => `${head('x')}data:\n${lines(150_000, (i) => `  key-${i}: v ${i}`)}\n`, YAML),
  },
  { title: 'YAML: alias bomb', ...postText(MAPS, () => `${head('x')}${bomb()}\n`, YAML) },
  {
    title: 'YAML: 50,000 aliases',
    ...postText(MAPS, () => `${head('x')}a: &a b\ndata:\n${lines(50_000, (i) => `  k${i}: *a`)}\n`, YAML),
  },
  {
    title: 'YAML: 50,000 anchors',
    ...postText(MAPS, () => `${head('x')}data:\n${lines(50_000, (i) => `  k${i}: &a${i} b`)}\n`, YAML),
  },
  {
    title: 'YAML: 90 aliases of a map of 1,000',
    ...postText(
      MAPS,
      () => `${head('x')}a: &a\n${lines(1_000, (i) => `  k${i}: b`)}\ndata:\n${lines(90, (i) => `  k${i}: *a`)}\n`,
      YAML,
    ),
  },
  { title: 'YAML: 3 MB of quotes', ...postText(MAPS, () => '"'.repeat(LIMIT), YAML) },
  { title: 'YAML: 3 MB of brackets', ...postText(MAPS, () => '['.repeat(LIMIT), YAML) },
  {
    title: 'YAML: one text of 3 MB',
    ...postText(MAPS, () => `${head(`yt-${run}`)}data:\n  a: ${'x'.repeat(LIMIT - 200)}\n`, YAML),
  },
  {
    title: 'YAML: one folded text of 3 MB',
    ...postText(
      MAPS,
      () => `${head(`yf-${run}`)}data:\n  a: >\n${lines(40_000, () => `    ${'x'.repeat(60)}`)}\n`,
      YAML,
    ),
  },
  { title: 'YAML: 60,000 documents', ...postText(MAPS, () => '---\na: b\n'.repeat(60_000), YAML) },
  { title: 'YAML: 3 MB of blanks', ...postText(MAPS, () => ' '.repeat(LIMIT), YAML) },
  {
    title: 'YAML: apply of 60,000 lines',
    ...postText(
      `${MAPS}/ya-${run}?fieldManager=a`,
      () => `${head(`ya-${run}`)}data:\n${lines(45_000, (i) => `  key-${i}: v ${i}`)}\n`,
      APPLY,
    ),
    method: 'PATCH',
  },
];

/** A field of bytes: number below 16. */
function field(number: number, bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let left = bytes.length; ; left >>>= 7) {
    if (left < 128) {
      length.push(left);
      break;
    }
    length.push((left & 127) | 128);
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}
const text = (value: string): Buffer => Buffer.from(value);
const envelope = (kind: string, raw: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0', 'latin1'),
    field(1, Buffer.concat([field(1, text('v1')), field(2, text(kind))])),
    field(2, raw),
  ]);
const named = (name: string): Buffer => field(1, field(1, text(name)));
const entries = (count: number, of = 2): Buffer =>
  Buffer.concat(times(count, (i) => field(of, Buffer.concat([field(1, text(`key-${i}`)), field(2, text('value'))]))));
function nested(levels: number): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  for (let i = 0; i < levels && bytes.length < LIMIT - 500; i += 1) {
    bytes = field(1, bytes);
  }
  return bytes;
}
const protobuf = (title: string, body: () => Buffer, path = MAPS): HostileRequest => ({
  title: `protobuf: ${title}`,
  ...postText(path, body, PROTOBUF),
});

const protobufs = (run: string): HostileRequest[] => [
  protobuf('33,000 keys', () => envelope('ConfigMap', Buffer.concat([named(`b-${run}`), entries(33_000)]))),
  protobuf('150,000 keys', () => envelope('ConfigMap', Buffer.concat([named('x'), entries(150_000)]))),
  protobuf('49,000 bad labels', () =>
    envelope(
      'ConfigMap',
      field(
        1,
        Buffer.concat([
          field(1, text('x')),
          Buffer.concat(
            times(33_000, (i) => field(11, Buffer.concat([field(1, text(`bad!/${i}`)), field(2, text('-'))]))),
          ),
        ]),
      ),
    ),
  ),
  protobuf(
    '99,000 empty containers',
    () =>
      envelope(
        'Pod',
        Buffer.concat([named('x'), field(2, Buffer.concat(times(99_000, () => field(2, Buffer.alloc(0)))))]),
      ),
    PODS,
  ),
  protobuf(
    '3 MB of empty containers',
    () => envelope('Pod', Buffer.concat([named('x'), field(2, Buffer.alloc(LIMIT - 200, Buffer.from([0x12, 0])))])),
    PODS,
  ),
  protobuf('3 MB of unknown fields', () => envelope('ConfigMap', Buffer.alloc(LIMIT - 200, Buffer.from([0x7a, 0])))),
  protobuf('3 MB of groups', () => envelope('ConfigMap', Buffer.alloc(LIMIT - 200, Buffer.from([0x7b])))),
  protobuf('deep nesting', () => envelope('ConfigMap', nested(20_000))),
  protobuf('truncated', () => envelope('ConfigMap', Buffer.concat([named('x'), entries(30_000)])).subarray(0, -1_000)),
  protobuf('wrong wire types', () => envelope('ConfigMap', Buffer.alloc(LIMIT - 200, Buffer.from([0x10, 1])))),
  protobuf('a text of 3 MB', () =>
    envelope(
      'ConfigMap',
      Buffer.concat([
        named(`t-p${run}`),
        field(2, Buffer.concat([field(1, text('a')), field(2, Buffer.alloc(LIMIT - 300, 'x'))])),
      ]),
    ),
  ),
  protobuf('a text of 3 MB, no UTF-8', () =>
    envelope(
      'ConfigMap',
      Buffer.concat([
        named(`n-p${run}`),
        field(2, Buffer.concat([field(1, text('a')), field(2, Buffer.alloc(1_000_000, 0xff))])),
      ]),
    ),
  ),
];

const item = (object: object): string => JSON.stringify({ op: 'create', object });
const bulk = (run: string): HostileRequest[] => [
  {
    title: 'bulk: one line of 3 MB, 49,000 bad labels',
    ...postText(
      BULK,
      () =>
        item(
          configMap('x', { metadata: { namespace: 'default', name: 'x', labels: pairs(49_000, '-bad-', 'bad_/!') } }),
        ),
      NDJSON,
    ),
  },
  {
    title: 'bulk: one line of 49,000 keys',
    ...postText(
      BULK,
      () => item(configMap('x', { metadata: { namespace: 'default', name: `bk-${run}` }, data: pairs(49_000, 'v') })),
      NDJSON,
    ),
  },
  {
    title: 'bulk: a line over the limit',
    ...postText(
      BULK,
      () =>
        item(configMap('x', { metadata: { namespace: 'default', name: 'x' }, data: { a: 'x'.repeat(LIMIT + 5_000) } })),
      NDJSON,
    ),
  },
  {
    title: 'bulk: 10,000 pods',
    ...postText(BULK, () => lines(10_000, (i) => item(pod(`b-${run}-${i}`, {}, { namespace: 'default' }))), NDJSON),
  },
  {
    title: 'bulk: 10,000 bad lines',
    ...postText(
      BULK,
      () => lines(10_000, () => '{"op":"create","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"!"}}}'),
      NDJSON,
    ),
  },
  { title: 'bulk: 10,000 lines of no JSON', ...postText(BULK, () => lines(10_000, () => '{'), NDJSON) },
  { title: 'bulk: 3,000,000 empty lines', ...postText(BULK, () => '\n'.repeat(3_000_000), NDJSON) },
  {
    title: 'bulk: 8 lines of 3 MB, bad containers',
    ...postText(
      BULK,
      () => lines(8, () => item(pod('x', { containers: times(49_000, () => ({})) }, { namespace: 'default' }))),
      NDJSON,
    ),
  },
  {
    title: 'bulk: 8 lines of 3 MB, bad containers, all or nothing',
    ...postText(
      `${BULK}?atomic=true`,
      () => lines(8, () => item(pod('x', { containers: times(49_000, () => ({})) }, { namespace: 'default' }))),
      NDJSON,
    ),
  },
];

export const hostileEncodings = (run: string): readonly HostileRequest[] => [
  ...yaml(run),
  ...protobufs(run),
  ...bulk(run),
];
