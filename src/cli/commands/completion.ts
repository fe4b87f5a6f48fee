/** `flotilla completion`: scripts for shells, made from the commands that the program has. */
import { Argument, type Command, type Option } from 'commander';
import type { CommandDefinition } from '../command-context.ts';

interface Completion {
  readonly name: string;
  readonly about: string;
  /** What may follow the command's name: options, the values of its first argument, and commands of its own. */
  readonly words: readonly string[];
}

const SHELLS: Readonly<Record<string, (commands: readonly Completion[]) => string>> = { bash, zsh, fish };

export const completion: CommandDefinition = (program, { terminal }) => {
  program
    .command('completion')
    .description('Print a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(flotilla completion bash)\n  source <(flotilla completion zsh)\n  flotilla completion fish | source',
    )
    .action((shell: string) => {
      terminal.stdout.write(SHELLS[shell]?.(program.commands.map((command) => describe(command, program))) ?? '');
    });
};

const longNames = (options: readonly Option[]): string[] => options.flatMap(({ long }) => long ?? []);

const describe = (command: Command, program: Command): Completion => ({
  name: command.name(),
  about: command.description(),
  words: [
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ...command.commands.map((each) => each.name()),
    ...longNames([...command.options, ...command.commands.flatMap((each) => each.options)]),
    ...longNames(program.options),
    '--help',
  ],
});

function bash(commands: readonly Completion[]): string {
  const cases = commands.map(({ name, words }) => `    ${name}) words='${words.join(' ')}' ;;`).join('\n');
  return `_flotilla() {
  local words='${commands.map(({ name }) => name).join(' ')}'
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words='${commands.map(({ name }) => name).join(' ')}'
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _flotilla flotilla
`;
}

/** zsh runs bash's form through its compatibility layer. */
function zsh(commands: readonly Completion[]): string {
  return `autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
${bash(commands)}`;
}

function fish(commands: readonly Completion[]): string {
  const lines = commands.flatMap(({ name, about, words }) => [
    `complete -c flotilla -n __fish_use_subcommand -f -a ${name} -d ${quoteForFish(about)}`,
    ...words.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c flotilla -n '__fish_seen_subcommand_from ${name}' ${what}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

const quoteForFish = (text: string): string => `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
