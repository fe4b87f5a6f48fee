/** Whether an Accept header asks for one media type exactly. Never throws: what cannot be read matches nothing. */
import { type MediaType, parseMediaType } from '../http/media-type.ts';

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

export function acceptsMediaType(header: string | undefined, mediaType: string): boolean {
  const wanted = parseMediaType(mediaType);
  return (header ?? '').split(',', MAX_RANGES).some((range) => names(parseMediaType(range), wanted));
}
