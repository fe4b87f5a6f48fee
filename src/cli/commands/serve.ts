/** `flotilla serve`: everything, or the roles that are asked for, in the foreground. The only command with a server. */
import closeWithGrace from 'close-with-grace';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import type { ConfigFlags } from '../../config/read-setting.ts';
import type { Setting } from '../../config/setting.ts';
import { SETTING_NAMES, SETTINGS } from '../../config/settings.ts';
import type { CommandContext, CommandDefinition } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { runServe } from '../serve/run-serve.ts';
import { listenForStop } from '../serve/stop-requests.ts';

type ServeFlags = Readonly<Record<string, string | true | undefined>>;

const EXAMPLES = `
Examples:
  flotilla serve                                 everything in one process, data in .flotilla/
  flotilla serve --empty --port 7443             no first fleet, another port
  flotilla serve --role worker,controller        one more worker for a shared database
  DATABASE_URL=postgres://… flotilla serve       with your own PostgreSQL

docs/configuration.md lists every setting, its variable and its place in the file.`;

/** Settings that have an option, with the name commander keeps its value under. */
const withOption = SETTING_NAMES.flatMap((name) => {
  const { option, about, fallback, parser } = SETTINGS[name] as Setting<unknown>;
  const shown = fallback === undefined ? '' : ` Default: ${parser.show?.(fallback) ?? String(fallback)}`;
  return option === undefined ? [] : [{ name, option, about: `${about}${shown}` }];
});

export const serve: CommandDefinition = (program, context) => {
  const command = program
    .command('serve')
    .description('Run Flotilla in the foreground until Ctrl-C.')
    .option('--config <file>', 'YAML file with settings')
    .option('--empty', 'create no first fleet')
    .option('--health-file <path>', 'touch this file every 5 s while running, for health checks without the API');
  for (const { option, about } of withOption) {
    command.option(option, about);
  }
  command.addHelpText('after', EXAMPLES).action((_options, self: Command) => run(self, context));
};

async function run(command: Command, { terminal, env, clock }: CommandContext): Promise<void> {
  const options = command.opts<ServeFlags>();
  const config = loadConfig(readFlags(command, options), text(options['config']), env);
  // Loaded here, so that the other commands start without Fastify, BullMQ and pg.
  const { compose } = await import('../../compose.ts');
  terminal.outlive();
  await runServe({
    ...{ config, healthFile: text(options['healthFile']), terminal, clock, compose, closeWithGrace },
    listenForStop: (onStop) => {
      const onFirst = (why: string): void => {
        if (why === 'SIGHUP' && [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)) {
          process.once('exit', dieOfHangup);
        }
        onStop(why);
      };
      return listenForStop(process, env, clock, { onStop: onFirst, onStopNow: () => process.exit(EXIT.failure) });
    },
  });
}

/** Node restores the settings of its terminal at exit, and aborts when that is gone: a hangup ends it before. */
function dieOfHangup(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

function readFlags(command: Command, options: ServeFlags): ConfigFlags {
  const flags = withOption.flatMap(({ name, option }) => {
    const attribute = command.options.find(({ flags }) => flags === option)?.attributeName() ?? '';
    const value = text(options[attribute]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(flags), ...(options['empty'] === true ? { seedFleet: 'false' } : {}) };
}

const text = (value: string | true | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
