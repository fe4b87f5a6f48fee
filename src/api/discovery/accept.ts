/** What an Accept header asks of discovery: one media type exactly, or a format. */
import {
  JSON_TYPE,
  type MediaType,
  notAcceptable,
  PROTOBUF_TYPE,
  parseMediaType,
  YAML_TYPE,
} from '../http/media-type.ts';

/** No header of a sane client has more ranges; the rest is not looked at. */
const MAX_RANGES = 64;

/** Parameters are a set: Headlamp and client-go send the same ones in different orders. */
function names({ type, params }: MediaType, wanted: MediaType): boolean {
  const given = [...params].filter(([name]) => name !== 'q');
  return (
    type === wanted.type &&
    given.length === wanted.params.size &&
    given.every(([name, value]) => wanted.params.get(name) === value) &&
    Number(params.get('q') ?? 1) > 0
  );
}

/** Never throws: what cannot be read matches nothing. */
export function acceptsMediaType(header: string | undefined, mediaType: string): boolean {
  const wanted = parseMediaType(mediaType);
  return (header ?? '').split(',', MAX_RANGES).some((range) => names(parseMediaType(range), wanted));
}

export type DocumentFormat = 'json' | 'yaml';
/** There is no protobuf form: who asks for that reads JSON too. */
const FORMATS: Readonly<Record<string, DocumentFormat>> = {
  [JSON_TYPE]: 'json',
  [YAML_TYPE]: 'yaml',
  [PROTOBUF_TYPE]: 'json',
  'application/*': 'json',
  '*/*': 'json',
};

const weight = ({ params }: MediaType): number => Number(params.get('q') ?? 1);

/** Throws 406. */
export function documentFormat(header = ''): DocumentFormat {
  const ranges = header.split(',', MAX_RANGES).map(parseMediaType);
  const known = ranges.filter((range) => Object.hasOwn(FORMATS, range.type) && weight(range) > 0);
  const [first] = known.sort((a, b) => weight(b) - weight(a));
  const format = header === '' ? 'json' : FORMATS[first?.type ?? ''];
  if (format === undefined) {
    throw notAcceptable([JSON_TYPE, YAML_TYPE]);
  }
  return format;
}
