/** `flotilla token`: the administrator's token, for the sign-in page that a browser gets. */
import type { Command } from 'commander';
import { type CommandDefinition, type GlobalOptions, openKubeconfig } from '../command-context.ts';
import { printData } from '../output.ts';

export const token: CommandDefinition = (program, context) => {
  program
    .command('token')
    .description('Print the administrator’s token, to sign in with a browser.')
    .addHelpText('after', '\nExamples:\n  flotilla token\n  flotilla token -o json')
    .action((_options, command: Command) => {
      const { output } = command.optsWithGlobals<GlobalOptions>();
      const access = openKubeconfig(command, context);
      printData(context.terminal.stdout, output, { token: access.token }, () => access.token);
    });
};
