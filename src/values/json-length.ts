/** How long JSON is, told without rendering it. Pure. */

/** Of numbers, booleans and nulls. */
const SCALAR = 4;
/** The quotes of a text; with a colon and a comma those of a name. */
const QUOTES = 2;
const NAME = 4;

/** What is left of `characters` behind the value; below 0 once it is too long, where the look ends. */
function leftBehind(value: unknown, characters: number): number {
  if (typeof value === 'string') {
    return characters - value.length - QUOTES;
  }
  if (typeof value !== 'object' || value === null) {
    return characters - SCALAR;
  }
  const isList = Array.isArray(value);
  let left = characters;
  for (const name of Object.keys(value)) {
    left = leftBehind((value as Record<string, unknown>)[name], left - (isList ? 1 : name.length + NAME));
    if (left < 0) {
      return left;
    }
  }
  return left;
}

/** Whether its JSON has more than about so many characters: what must be escaped in texts is not counted. */
export const isLongJson = (value: unknown, characters: number): boolean => leftBehind(value, characters) < 0;
