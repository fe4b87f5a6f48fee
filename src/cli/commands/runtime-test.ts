/** `flotilla runtime-test`: whether a runtime keeps the contract, case by case. Needs no server. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse, stringify } from 'yaml';
import type { CommandContext, CommandDefinition, GlobalOptions } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { createLogger } from '../serve/create-logger.ts';

interface Options extends GlobalOptions {
  readonly options?: string;
  readonly image?: string;
  readonly filter?: string;
}

const EXAMPLES = `
Examples:
  flotilla runtime-test ./my-runtime.js --options options.yaml --image registry.example/busybox:1
  flotilla runtime-test simulated --filter logs
  flotilla runtime-test ./my-runtime.js -o json`;

const MARKS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

export const runtimeTest: CommandDefinition = (program, context) => {
  program
    .command('runtime-test <runtime>')
    .description('Run the conformance suite on a runtime: a module of yours, or the name of a built-in one.')
    .option('--options <file>', "YAML file with the runtime's options")
    .option('--image <image>', 'an image with sh, cat, sleep and busybox (default: busybox)')
    .option('--filter <text>', 'only cases whose names hold this')
    .addHelpText('after', EXAMPLES)
    .action((runtime: string, _options, command: Command) => run(runtime, command.optsWithGlobals<Options>(), context));
};

function readOptions(file: string | undefined): Record<string, unknown> {
  if (file === undefined) {
    return {};
  }
  try {
    const options: unknown = parse(readFileSync(file, 'utf8')) ?? {};
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
      return options as Record<string, unknown>;
    }
  } catch (cause) {
    throw new CommandError(`${file} cannot be read (${(cause as Error).message})`, EXIT.usage, { cause });
  }
  throw new CommandError(`${file} must hold a YAML mapping: the options of the runtime`, EXIT.usage);
}

async function run(runtime: string, given: Options, { terminal, clock }: CommandContext): Promise<void> {
  const { image, filter, output } = given;
  const options = readOptions(given.options);
  // Loaded here, so that the other commands start without the runtimes.
  const { testRuntime } = await import('../../runtimes/conformance/test-runtime.ts');
  const logger = createLogger({ level: 'warn', format: 'pretty' }, terminal.stderr);
  const chosen = { ...(image === undefined ? {} : { image }), ...(filter === undefined ? {} : { filter }) };
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const prefix = `conf-${randomUUID().slice(0, 8)}`;
  for await (const result of testRuntime({ runtime, options, prefix, clock, logger, ...chosen })) {
    counts[result.outcome] += 1;
    const why = result.message === undefined ? '' : `: ${result.message}`;
    const line = `${MARKS[result.outcome]} ${result.name} (${result.tookMs} ms)${why}`;
    const forms = {
      table: () => `${line}\n`,
      json: () => `${JSON.stringify(result)}\n`,
      yaml: () => stringify([result]),
    };
    terminal.stdout.write(forms[output]());
  }
  terminal.stderr.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  if (counts.failed > 0) {
    throw new CommandError(`runtime ${runtime} does not keep the contract`, EXIT.failure);
  }
  if (counts.passed === 0) {
    throw new CommandError('no case was run: check --filter', EXIT.usage);
  }
}
