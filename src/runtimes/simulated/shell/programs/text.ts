/** Programs that turn bytes into bytes. */
import { type Input, StreamInput } from '../input.ts';
import { streamOf } from '../pipes.ts';
import {
  onFile,
  type Program,
  ProgramFailure,
  type ProgramMain,
  pathOf,
  print,
  readCount,
  readOptions,
} from '../program.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', a: '\x07', e: '\x1b' };

const withEscapes = (text: string): string =>
  text.replace(/\\([ntrae\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);

const echo: ProgramMain = async ({ args, stdout }) => {
  const flags = /^-[ne]+$/.test(args[0] ?? '') ? (args[0] ?? '') : '';
  const text = args.slice(flags === '' ? 0 : 1).join(' ');
  await print(stdout, `${flags.includes('e') ? withEscapes(text) : text}${flags.includes('n') ? '' : '\n'}`);
  return 0;
};

const printf: ProgramMain = async ({ args: [format = '', ...values], stdout }) => {
  const rest = [...values];
  const once = (): string =>
    withEscapes(format).replace(/%([sd%])/g, (_, kind: string) =>
      kind === '%' ? '%' : (rest.shift() ?? (kind === 'd' ? '0' : '')),
    );
  let text = once();
  for (let left = rest.length; left > 0 && /%[sd]/.test(format) && text.length < 65_536; left = rest.length) {
    text += once();
  }
  await print(stdout, text);
  return 0;
};

/** The named files one after another, or stdin; `-` is stdin. Names that cannot be read are told, and the rest goes on. */
async function inputsOf(
  program: Program,
  names: readonly string[],
): Promise<{ inputs: [string, Input][]; code: number }> {
  const inputs: [string, Input][] = [];
  let code = 0;
  for (const name of names.length === 0 ? ['-'] : names) {
    try {
      const input =
        name === '-'
          ? program.stdin
          : new StreamInput(streamOf(onFile(name, () => program.machine.files.read(pathOf(program, name)))));
      inputs.push([name, input]);
    } catch (error) {
      if (!(error instanceof ProgramFailure)) {
        throw error;
      }
      await print(program.stderr, `${program.name}: ${error.message}\n`);
      code = 1;
    }
  }
  return { inputs, code };
}

async function* chunksOf(inputs: readonly [string, Input][]): AsyncGenerator<Uint8Array> {
  for (const [, input] of inputs) {
    for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
      yield chunk;
    }
  }
}

async function* linesOf(inputs: readonly [string, Input][]): AsyncGenerator<string> {
  for (const [, input] of inputs) {
    for (let line = await input.line(); line !== undefined; line = await input.line()) {
      yield line;
    }
  }
}

const cat: ProgramMain = async (program) => {
  const { inputs, code } = await inputsOf(program, program.args);
  for await (const chunk of chunksOf(inputs)) {
    await program.stdout(chunk);
  }
  return code;
};

const tee: ProgramMain = async (program) => {
  const { has, operands } = readOptions(program.args, 'a');
  const { files } = program.machine;
  for (const name of operands) {
    onFile(name, () => files.open(pathOf(program, name), { truncate: !has('a') }));
  }
  for await (const chunk of chunksOf([['-', program.stdin]])) {
    for (const name of operands) {
      onFile(name, () => files.append(pathOf(program, name), chunk));
    }
    await program.stdout(chunk);
  }
  return 0;
};

/** `-5` is `-n 5`. */
const withCount = (args: readonly string[]): string[] => args.map((arg) => arg.replace(/^-(\d+)$/, '-n$1'));

const head: ProgramMain = async (program) => {
  const { value, operands } = readOptions(withCount(program.args), '', 'nc');
  const { inputs, code } = await inputsOf(program, operands);
  let bytes = value('c') === undefined ? Number.POSITIVE_INFINITY : readCount(value('c') ?? '');
  let lines = value('c') === undefined ? readCount(value('n') ?? '10') : Number.POSITIVE_INFINITY;
  for await (const line of linesOf(lines > 0 && bytes > 0 ? inputs : [])) {
    const part = Buffer.from(line).subarray(0, Math.min(bytes, Number.MAX_SAFE_INTEGER));
    await program.stdout(part);
    bytes -= part.length;
    lines -= 1;
    if (lines <= 0 || bytes <= 0) {
      break;
    }
  }
  return code;
};

/** `+5`: from the fifth on. */
const tail: ProgramMain = async (program) => {
  const { value, operands } = readOptions(withCount(program.args), 'f', 'nc');
  const { inputs, code } = await inputsOf(program, operands);
  const text = value('c') ?? value('n') ?? '10';
  const count = readCount(text.replace(/^[+-]/, ''));
  const source = value('c') === undefined ? linesOf(inputs) : chunksOf(inputs);
  const kept: Buffer[] = [];
  for await (const item of source) {
    const bytes = typeof item === 'string' ? Buffer.from(item) : Buffer.from(item);
    kept.push(...(value('c') === undefined ? [bytes] : [...bytes].map((byte) => Buffer.from([byte]))));
    if (!text.startsWith('+') && kept.length > count) {
      kept.splice(0, kept.length - count);
    }
  }
  await program.stdout(
    Buffer.concat(
      text.startsWith('+')
        ? kept.slice(Math.max(0, count - 1))
        : kept.slice(kept.length - Math.min(count, kept.length)),
    ),
  );
  return code;
};

const wc: ProgramMain = async (program) => {
  const { has, operands } = readOptions(program.args, 'lwc');
  const { inputs, code } = await inputsOf(program, operands);
  for (const [name, input] of inputs) {
    const counts = { l: 0, w: 0, c: 0 };
    for await (const line of linesOf([[name, input]])) {
      counts.l += Number(line.endsWith('\n'));
      counts.w += line.split(/\s+/).filter((word) => word !== '').length;
      counts.c += Buffer.byteLength(line);
    }
    const wanted = (['l', 'w', 'c'] as const).filter((letter) => has(letter) || !(has('l') || has('w') || has('c')));
    await print(
      program.stdout,
      `${wanted.map((letter) => counts[letter]).join(' ')}${name === '-' ? '' : ` ${name}`}\n`,
    );
  }
  return code;
};

/** Fixed strings: a regular expression of a stranger's could take for ever. */
const grep: ProgramMain = async (program) => {
  const { has, operands } = readOptions(program.args, 'cFiqv');
  const [pattern, ...names] = operands;
  if (pattern === undefined) {
    throw new ProgramFailure('missing pattern', 2);
  }
  const fold = (text: string): string => (has('i') ? text.toLowerCase() : text);
  const { inputs } = await inputsOf(program, names);
  let found = 0;
  for await (const line of linesOf(inputs)) {
    if (fold(line).includes(fold(pattern)) !== has('v')) {
      found += 1;
      await (has('q') || has('c') ? undefined : print(program.stdout, line.endsWith('\n') ? line : `${line}\n`));
    }
  }
  await (has('c') ? print(program.stdout, `${found}\n`) : undefined);
  return Number(found === 0);
};

const seq: ProgramMain = async ({ args, stdout }) => {
  const [first = '1', last = first] = args.length === 1 ? ['1', ...args] : args;
  for (let i = readCount(first); i <= readCount(last); i += 1) {
    await print(stdout, `${i}\n`);
  }
  return 0;
};

export const TEXT_PROGRAMS: Readonly<Record<string, ProgramMain>> = {
  echo,
  printf,
  cat,
  tee,
  head,
  tail,
  wc,
  grep,
  seq,
};
