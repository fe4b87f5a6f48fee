/** The program: hands the command line, the streams and the environment to cli/ and leaves with its exit code. */
import { runCommandLine } from './cli/program.ts';
import { createTerminal } from './cli/terminal.ts';
import { systemClock } from './timing/clock.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: createTerminal(process.stdout, process.stderr, process.exit),
  env: process.env,
  clock: systemClock,
});
