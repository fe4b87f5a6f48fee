/** `{"Width":80,"Height":24}` after another, however cut. Pure. Source: client-go's tools/remotecommand/resize.go. */
import type { TerminalSize } from '../../../runtimes/runtime.ts';

const SIZE = /\{[^{}]*\}/g;
/** More without an end is no size. */
const MAX_TEXT = 1_024;
const MAX_CELLS = 65_535;

function readSize(text: string): TerminalSize | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    const isCount = (value: unknown): value is number =>
      Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_CELLS;
    return isCount(width) && isCount(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

export async function* terminalSizes(source: AsyncIterable<Uint8Array>): AsyncGenerator<TerminalSize> {
  let rest = '';
  for await (const chunk of source) {
    rest += Buffer.from(chunk).toString('latin1');
    const texts = rest.match(SIZE) ?? [];
    rest = rest.slice(rest.lastIndexOf('}') + 1).slice(-MAX_TEXT);
    for (const text of texts) {
      const size = readSize(text);
      if (size !== undefined) {
        yield size;
      }
    }
  }
}
