/** `flotilla bump-revision`: after a restore, revisions continue far ahead of all that clients have seen. */
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import type { CommandContext, CommandDefinition, GlobalOptions } from '../command-context.ts';
import { printData } from '../output.ts';
import { databaseTask } from '../snapshot/database-task.ts';

/** As etcd's restore takes it: 10,000 writes/s since the backup, and it may be a day old. */
const DEFAULT_BY = 1_000_000_000;

interface Options extends GlobalOptions {
  readonly by: number;
  readonly config?: string;
  readonly home?: string;
}

function readBy(text: string): number {
  const by = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(by)) {
    throw new InvalidArgumentError('It is a whole number of at least 1.');
  }
  return by;
}

const EXAMPLES = `
Examples:
  pg_restore --dbname "$DATABASE_URL" fleet.dump && flotilla bump-revision
  flotilla bump-revision --home /var/lib/flotilla    the embedded PostgreSQL of a home, with Flotilla stopped`;

export const bumpRevision: CommandDefinition = (program, context) => {
  program
    .command('bump-revision')
    .description('After a restore or a failover: let revisions jump ahead, so that old watches list anew.')
    .option('--by <number>', 'how far; more than there can have been writes since the backup', readBy, DEFAULT_BY)
    .option('--home <folder>', 'home of the embedded PostgreSQL, without DATABASE_URL')
    .option('--config <file>', 'YAML file with settings')
    .addHelpText('after', EXAMPLES)
    .action((_options, command: Command) => run(command.optsWithGlobals<Options>(), context));
};

async function run({ by, config: file, home, output }: Options, { terminal, env }: CommandContext): Promise<void> {
  const config = loadConfig(home === undefined ? {} : { home }, file, env);
  // Loaded here, so that the other commands start without Fastify, BullMQ and pg.
  const { bumpRevisionOf } = await import('../../compose/database-tasks.ts');
  const revision = await bumpRevisionOf(databaseTask(config, terminal), by);
  const text = `Revisions continue after ${revision}; what came before counts as compacted.`;
  printData(terminal.stdout, output, { revision }, () => text);
}
