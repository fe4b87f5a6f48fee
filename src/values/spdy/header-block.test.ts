import { constants, createDeflate, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DICTIONARY } from './dictionary.ts';
import { SpdyError } from './frames.ts';
import { formatHeaders, HeaderReader, HeaderWriter, parseHeaders } from './header-block.ts';

/** As Go's zlib.Writer does: one stream for all blocks, flushed after each. */
async function compressAll(blocks: readonly Buffer[]): Promise<Buffer[]> {
  const deflate = createDeflate({ dictionary: DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  const compressed: Buffer[] = [];
  for (const block of blocks) {
    await new Promise<void>((resolve) => deflate.write(block, () => resolve()));
    compressed.push(deflate.read() as Buffer);
  }
  return compressed;
}

const headers = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string({ maxLength: 40 }), { maxKeys: 8 });

describe('header blocks', () => {
  it('have the dictionary of the standard', () => {
    expect(DICTIONARY).toHaveLength(1423);
    expect(deflateSync('', { dictionary: DICTIONARY }).readUInt32BE(2)).toBe(0xe3c6a7c2);
  });

  it('are read as they were compressed, each on top of those before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(headers, { minLength: 1, maxLength: 6 }), async (all) => {
        const maps = all.map((each) => new Map(Object.entries(each)));
        const reader = new HeaderReader();
        const read = (await compressAll(maps.map(formatHeaders))).map((block) => reader.read(block));
        expect(read).toEqual(maps);
      }),
    );
  });

  it('of ours are what any inflater reads', () => {
    const writer = new HeaderWriter();
    const first = new Map([['a', 'b']]);
    const stream = Buffer.concat([writer.write(first), writer.write(new Map())]);
    const plain = inflateSync(stream, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(plain.equals(Buffer.concat([formatHeaders(first), formatHeaders(new Map())]))).toBe(true);
  });

  it('are refused when they are bombs, or anything else', async () => {
    const [bomb = Buffer.alloc(0)] = await compressAll([Buffer.alloc(1_000_000)]);
    expect(() => new HeaderReader().read(bomb)).toThrow(SpdyError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        for (const read of [
          () => new HeaderReader().read(Buffer.from(bytes)),
          () => parseHeaders(Buffer.from(bytes)),
        ]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(SpdyError);
          }
        }
      }),
    );
  });
});
