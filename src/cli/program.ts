/**
 * cli/: the command line. One file a command in `commands/`, listed below. Data goes to stdout in the form of -o,
 * messages to stderr; exit codes are in `exit-codes.ts`. May import client, config, errors, values, timing; the
 * composition root in `commands/serve.ts`, `commands/bump-revision.ts` and `commands/snapshot.ts` only, the suite of
 * runtimes in `commands/runtime-test.ts`. Never prints a secret that was not asked for, never touches ~/.kube.
 */
import { dirname } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { defaultKubeconfigPath } from '../config/load-config.ts';
import { VERSION } from '../version.ts';
import type { CommandContext, CommandDefinition } from './command-context.ts';
import { bumpRevision } from './commands/bump-revision.ts';
import { completion } from './commands/completion.ts';
import { diff } from './commands/diff.ts';
import { drain } from './commands/drain.ts';
import { importKwok } from './commands/import.ts';
import { kubeconfig } from './commands/kubeconfig.ts';
import { node } from './commands/node.ts';
import { runtimeTest } from './commands/runtime-test.ts';
import { scale } from './commands/scale.ts';
import { serve } from './commands/serve.ts';
import { snapshot } from './commands/snapshot.ts';
import { status } from './commands/status.ts';
import { token } from './commands/token.ts';
import { describeCrash } from './crash-file.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { OUTPUT_FORMATS } from './output.ts';

const COMMANDS: readonly CommandDefinition[] = [
  serve,
  status,
  scale,
  drain,
  node,
  diff,
  kubeconfig,
  token,
  bumpRevision,
  runtimeTest,
  snapshot,
  importKwok,
  completion,
];

const AFTER_HELP = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, not running or not ready.

Examples:
  flotilla serve
  flotilla status -o json
  flotilla scale default --replicas 50 --wait`;

function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.terminal;
  const program = new Command('flotilla')
    .description('A fleet of virtual Kubernetes nodes as one HTTPS service.')
    .version(VERSION)
    .addOption(new Option('-o, --output <format>', 'form of the data').choices(OUTPUT_FORMATS).default('table'))
    .option('--kubeconfig <file>', 'kubeconfig of the server to talk to (default: kubeconfig in FLOTILLA_HOME)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', AFTER_HELP);
  for (const define of COMMANDS) {
    define(program, context);
  }
  return program;
}

/** Runs one command line, without `node` and the script's path, and returns the exit code. Never rejects. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let home = dirname(defaultKubeconfigPath(context.env));
  const program = createProgram(context).hook('preAction', (_program, command) => {
    home = command.opts<{ home?: string }>().home ?? home;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    // Commander has already written what it had to say.
    if (!(error instanceof CommanderError)) {
      const message = exitCode === undefined ? describeCrash(error, home) : (error as Error).message;
      context.terminal.stderr.write(`flotilla: ${message}\n`);
    }
    return exitCode ?? EXIT.failure;
  }
}
