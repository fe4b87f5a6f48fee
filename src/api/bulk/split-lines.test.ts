import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LineSplitter, TOO_LONG } from './split-lines.ts';

const MAX = 40;

function split(chunks: readonly Buffer[], max = MAX): (string | symbol)[] {
  const splitter = new LineSplitter(max);
  const lines: Line[] = [];
  for (const chunk of chunks) {
    lines.push(...splitter.push(chunk));
  }
  lines.push(...splitter.end());
  return lines.map((line) => (line === TOO_LONG ? line : line.toString('utf8')));
}

/** Cut at the given bytes, wherever they fall. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((byte) => byte % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

const lineText = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/\n/g, ''));

describe('LineSplitter', () => {
  it('gives the same lines wherever the chunks end', () => {
    const property = fc.property(
      fc.array(fc.tuple(lineText, fc.constantFrom('\n', '\r\n')), { maxLength: 12 }),
      lineText,
      fc.array(fc.nat(), { maxLength: 30 }),
      (lines, last, cuts) => {
        const bytes = Buffer.from(lines.map(([text, end]) => text + end).join('') + last);
        const expected = [...lines.map(([text, end]) => text + end.slice(0, -1)), last]
          .filter((line) => !/^[ \t\r]*$/.test(line))
          .map((line) => (Buffer.byteLength(line) > MAX ? TOO_LONG : Buffer.from(line).toString('utf8')));
        expect(split(cut(bytes, cuts))).toEqual(expected);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it('keeps characters whole that chunks cut in two', () => {
    const bytes = Buffer.from('{"a":"é€🚢"}\r\n');
    const single = [...bytes].map((byte) => Buffer.from([byte]));
    expect(split(single).map((line) => JSON.parse(String(line)))).toEqual([{ a: 'é€🚢' }]);
  });

  it('takes a line of just the limit, tells of one beyond it, and goes on', () => {
    const text = `${'a'.repeat(MAX)}\n${'b'.repeat(MAX + 1)}\nc\n${'d'.repeat(1_000)}`;
    expect(split([Buffer.from(text)])).toEqual(['a'.repeat(MAX), TOO_LONG, 'c', TOO_LONG]);
    const single = [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    expect(split(single)).toEqual(['a'.repeat(MAX), TOO_LONG, 'c', TOO_LONG]);
  });

  it('leaves blank lines out', () => {
    expect(split([Buffer.from('\n\r\n \t\r\n1\n\n')])).toEqual(['1']);
  });
});
