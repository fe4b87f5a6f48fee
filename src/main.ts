/** The program: hands the command line, the streams and the environment to cli/ and leaves with its exit code. */
import { runCommandLine } from './cli/program.ts';
import { systemClock } from './timing/clock.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `flotilla status | head -1`: whoever read has enough.
    if (error.code === 'EPIPE') {
      process.exit(0);
    }
    throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: { stdout: process.stdout, stderr: process.stderr },
  env: process.env,
  clock: systemClock,
});
