/** Media ranges of an Accept header, as discovery negotiates them. Never throws: what cannot be read matches nothing. */

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parameters are a set: Headlamp and client-go send the same ones in different orders. */
function parseMediaRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  return {
    type: type.toLowerCase(),
    parameters: new Map(
      parameters
        .map((parameter) => parameter.split('=', 2).map((part) => part.trim()))
        .flatMap(([name = '', value = '']) => (name === '' ? [] : [[name.toLowerCase(), value] as const])),
    ),
  };
}

/** True when some range of the header names exactly this type with exactly these parameters (`q` aside, unless 0). */
export function acceptsMediaType(header: string | undefined, mediaType: string): boolean {
  const wanted = parseMediaRange(mediaType);
  return (header ?? '').split(',').some((text) => {
    const { type, parameters } = parseMediaRange(text);
    const { q, ...given } = Object.fromEntries(parameters);
    const names = Object.keys(given);
    return (
      type === wanted.type &&
      (q === undefined || Number(q) > 0) &&
      names.length === wanted.parameters.size &&
      names.every((name) => given[name] === wanted.parameters.get(name))
    );
  });
}
