/** `flotilla snapshot`: a fleet in a file, and back; or as manifests for any cluster. */
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { exportManifests } from '../history/export-manifests.ts';
import { printData } from '../output.ts';
import { createLogger } from '../serve/create-logger.ts';

interface Options extends GlobalOptions {
  readonly config?: string;
  readonly home?: string;
}

/** As bump-revision's default. */
const AHEAD = 1_000_000_000;
const EXAMPLES = `
save and restore speak to the database: DATABASE_URL, beside running processes for save; or the embedded PostgreSQL of
a home, with Flotilla stopped. export speaks to the API.

Examples:
  flotilla snapshot save fleet.jsonl.gz
  flotilla snapshot restore fleet.jsonl.gz --home /var/lib/flotilla
  flotilla snapshot export > fleet.yaml && kubectl apply -f fleet.yaml`;

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
      withClient(command, context, (client) => exportManifests(client, context.terminal.stdout)),
    );
};

const configOf = ({ home, config }: Options, { env }: CommandContext) =>
  loadConfig(home === undefined ? {} : { home }, config, env);

async function save(file: string, options: Options, context: CommandContext): Promise<void> {
  const config = configOf(options, context);
  const { saveSnapshotOf } = await import('../../compose.ts');
  let rows = -1;
  async function* counted(lines: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const text of lines) {
      rows += text.split('\n').length - 1;
      yield text;
    }
  }
  await saveSnapshotOf(config, createLogger(config.log, context.terminal.stderr), (lines) =>
    pipeline(Readable.from(counted(lines)), createGzip(), createWriteStream(file, { mode: 0o600 })),
  );
  printData(context.terminal.stdout, options.output, { file, rows }, () => `${rows} rows are in ${file}.`);
}

async function restore(file: string, options: Options, context: CommandContext): Promise<void> {
  const config = configOf(options, context);
  const { restoreSnapshotOf } = await import('../../compose.ts');
  const logger = createLogger(config.log, context.terminal.stderr);
  const revision = await restoreSnapshotOf(config, linesOf(file), AHEAD, logger);
  const told = `The fleet is restored; revisions continue after ${revision}.`;
  printData(context.terminal.stdout, options.output, { file, revision }, () => told);
}

/** Opened when the first line is asked for. A file that cannot be read ends them with its error. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const text = createGunzip();
  const source = createReadStream(file);
  source.on('error', (error) => text.destroy(error));
  let rest = '';
  for await (const chunk of source.pipe(text).setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') {
    yield rest;
  }
}
