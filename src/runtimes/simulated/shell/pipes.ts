/** What connects the programs of a pipeline. */
import type { BytePipe } from '../../../timing/byte-pipe.ts';
import { StreamInput } from './input.ts';
import { BrokenPipe, type Sink } from './program.ts';

export class PipeInput extends StreamInput {
  readonly pipe: BytePipe;
  constructor(pipe: BytePipe) {
    super(pipe);
    this.pipe = pipe;
  }
}

export const intoPipe =
  (pipe: BytePipe): Sink =>
  async (chunk) => {
    if (!(await pipe.write(chunk))) {
      throw new BrokenPipe();
    }
  };

/** A file's content as a stream. */
export async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
