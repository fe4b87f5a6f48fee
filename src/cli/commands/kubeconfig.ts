/** `flotilla kubeconfig`: where the administrator's kubeconfig is, or what it holds. Never touches ~/.kube. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type CommandDefinition, type GlobalOptions, openKubeconfig } from '../command-context.ts';
import { printData } from '../output.ts';

export const kubeconfig: CommandDefinition = (program, context) => {
  program
    .command('kubeconfig')
    .description('Print the path of the kubeconfig.')
    .option('--raw', 'print its content, token included')
    .addHelpText(
      'after',
      '\nExamples:\n  export KUBECONFIG=$(flotilla kubeconfig)\n  (umask 077; flotilla kubeconfig --raw > fleet.yaml)    it holds the token',
    )
    .action((_options, command: Command) => {
      const { output, raw } = command.optsWithGlobals<GlobalOptions & { readonly raw?: true }>();
      const { path, text } = openKubeconfig(command, context);
      const absolute = resolve(path);
      if (raw === true) {
        context.terminal.stdout.write(text);
      } else {
        printData(context.terminal.stdout, output, { path: absolute }, () => absolute);
      }
    });
};
