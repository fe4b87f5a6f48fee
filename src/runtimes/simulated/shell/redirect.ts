/** `<`, `>`, `>>` and `2>&1`. Source: POSIX sh, section 2.7. */
import { posix } from 'node:path';
import { type Expansion, expandToText } from './expand.ts';
import { noInput, StreamInput } from './input.ts';
import { streamOf } from './pipes.ts';
import { type Io, onFile, pathFrom } from './program.ts';
import type { Redirect } from './syntax.ts';

/** Throws ProgramFailure for a file that cannot be opened. */
export async function redirect(redirects: readonly Redirect[], io: Io, expansion: Expansion): Promise<Io> {
  const { files, cwd } = expansion.place;
  let { stdin, stdout, stderr } = io;
  for (const { operator, descriptor, target } of redirects) {
    const name = await expandToText(target, expansion);
    const path = pathFrom(cwd, name);
    const isNull = posix.normalize(path) === '/dev/null';
    if (operator === '<') {
      stdin = isNull ? noInput : new StreamInput(streamOf(onFile(name, () => files.read(path))));
      continue;
    }
    let sink = name === '2' ? stderr : stdout;
    if (operator !== '>&') {
      onFile(name, () => isNull || files.open(path, { truncate: operator === '>' }));
      sink = async (chunk) => onFile(name, () => void (isNull || files.append(path, chunk)));
    }
    stdout = descriptor === 1 ? sink : stdout;
    stderr = descriptor === 2 ? sink : stderr;
  }
  return { stdin, stdout, stderr };
}
