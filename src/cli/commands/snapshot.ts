/** `flotilla snapshot`: a fleet in a file, and back; or as manifests for any cluster. */
import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import type { Environment } from '../../config/read-setting.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { exportManifests } from '../history/export-manifests.ts';
import { printData } from '../output.ts';
import { countRows, databaseTask } from '../snapshot/database-task.ts';
import { openSource, openTarget } from '../snapshot/snapshot-file.ts';
import { stoppable } from '../snapshot/stoppable.ts';

interface Options extends GlobalOptions {
  readonly config?: string;
  readonly home?: string;
}

/** As bump-revision's default. */
const AHEAD = 1_000_000_000;
const EXAMPLES = `
save and restore speak to the database: DATABASE_URL, beside running processes for save; or the embedded PostgreSQL of
a home, with Flotilla stopped. export speaks to the API. What they write holds Secrets: save makes a file that only you
read; for export set umask 077 before.

Examples:
  flotilla snapshot save fleet.jsonl.gz
  flotilla snapshot restore fleet.jsonl.gz --home /var/lib/flotilla
  (umask 077; flotilla snapshot export > fleet.yaml) && kubectl apply -f fleet.yaml`;

export const snapshot: CommandDefinition = (program, context) => {
  const group = program
    .command('snapshot')
    .description('Save a fleet to a file, restore it, or export it as manifests.')
    .addHelpText('after', EXAMPLES);
  const stored = (name: string, about: string, run: typeof save): void => {
    group
      .command(name)
      .description(about)
      .argument('<file>', 'a gzip of JSON lines')
      .option('--home <folder>', 'home of the embedded PostgreSQL, without DATABASE_URL')
      .option('--config <file>', 'YAML file with settings')
      .action((file: string, _options, command: Command) => run(file, command.optsWithGlobals<Options>(), context));
  };
  stored('save', 'Write all objects, leases, timers and simulated pods to a file.', save);
  stored('restore', 'Put a saved fleet in the place of the present one; old watches get 410.', restore);
  group
    .command('export')
    .description('Print what people made as manifests, without status and what controllers own.')
    .action((_options, command: Command) =>
      withClient(command, context, (client) =>
        exportManifests(client, command.optsWithGlobals<Options>().output, context.terminal.stdout),
      ),
    );
};

const configOf = ({ home, config }: Options, env: Environment) =>
  loadConfig(home === undefined ? {} : { home }, config, env);

async function save(path: string, options: Options, context: CommandContext): Promise<void> {
  const { terminal, clock, env } = context;
  const config = configOf(options, env);
  // Loaded here, so that the other commands start without Fastify, BullMQ and pg.
  const { saveSnapshotOf } = await import('../../compose/database-tasks.ts');
  const counter = countRows({ stderr: terminal.stderr, clock }, (text) => text.split('\n').length - 1);
  await stoppable(context, 'no snapshot is saved', async (signal) => {
    const target = await openTarget(path);
    // At once: whoever stops it a second time does not wait for PostgreSQL to end.
    const write = (lines: AsyncIterable<string>) => target.write(counter.count(lines)).finally(() => target.close());
    try {
      await saveSnapshotOf(databaseTask(config, terminal, signal), write);
    } finally {
      await target.close();
    }
  });
  const { rows } = counter;
  printData(terminal.stdout, options.output, { file: path, rows }, () => `${rows} rows are in ${path}.`);
}

async function restore(path: string, options: Options, context: CommandContext): Promise<void> {
  const { terminal, clock, env } = context;
  const config = configOf(options, env);
  const { restoreSnapshotOf } = await import('../../compose/database-tasks.ts');
  const source = await openSource(path);
  const lines = countRows({ stderr: terminal.stderr, clock }, () => 1).count(source);
  try {
    const revision = await stoppable(context, 'nothing is restored', (signal) =>
      restoreSnapshotOf(databaseTask(config, terminal, signal), lines, AHEAD),
    );
    const told = `The fleet is restored; revisions continue after ${revision}.`;
    printData(terminal.stdout, options.output, { file: path, revision }, () => told);
  } finally {
    await lines.return(undefined);
    await source.return(undefined);
  }
}
