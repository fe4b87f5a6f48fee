/**
 * Keys that an object of a JSON text has more than once. Source: sigs.k8s.io/json, UnmarshalStrict: paths, order, and
 * at most a hundred, each once.
 */

const MAX_FOUND = 100;

/** An object has `keys`; a list has none. */
interface Frame {
  readonly keys: Set<string> | undefined;
  at: string | number;
}

function pathOf(frames: readonly Frame[]): string {
  let path = '';
  for (const { at } of frames) {
    path += typeof at === 'number' ? `[${at}]` : path === '' ? at : `.${at}`;
  }
  return path;
}

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') {
    i += text[i] === '\\' ? 2 : 1;
  }
  return i;
}

class Search {
  readonly #text: string;
  readonly #found = new Set<string>();
  readonly #frames: Frame[] = [];
  #isKeyNext = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): string[] {
    for (let i = 0; i < this.#text.length && this.#found.size < MAX_FOUND; i += 1) {
      i = this.#step(i);
    }
    return [...this.#found];
  }

  /** The last position that it has looked at. */
  #step(i: number): number {
    const character = this.#text[i];
    const frame = this.#frames.at(-1);
    if (character === '"') {
      return this.#string(i, frame);
    }
    if (character === '{' || character === '[') {
      const isObject = character === '{';
      this.#frames.push({ keys: isObject ? new Set() : undefined, at: isObject ? '' : 0 });
      this.#isKeyNext = isObject;
    } else if (character === '}' || character === ']') {
      this.#frames.pop();
      this.#isKeyNext = false;
    } else if (character === ',' && frame !== undefined) {
      this.#isKeyNext = frame.keys !== undefined;
      frame.at = typeof frame.at === 'number' ? frame.at + 1 : frame.at;
    }
    return i;
  }

  #string(start: number, frame: Frame | undefined): number {
    const end = endOfString(this.#text, start);
    if (this.#isKeyNext && frame?.keys !== undefined) {
      this.#isKeyNext = false;
      const key = JSON.parse(this.#text.slice(start, end + 1)) as string;
      frame.at = key;
      if (frame.keys.has(key)) {
        this.#found.add(pathOf(this.#frames));
      }
      frame.keys.add(key);
    }
    return end;
  }
}

/** `text` is valid JSON. */
export const duplicateFields = (text: string): string[] => new Search(text).run();
