/** `flotilla scale`: how many nodes a pool has. */
import { type Command, Option } from 'commander';
import { duration, integer } from '../../config/parsers.ts';
import { argument } from '../argument.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { NODE_POOLS, type NodePool, type PoolStatus, poolStatus } from '../fleet-status.ts';
import { printData, renderColumns } from '../output.ts';
import type { RestClient } from '../rest/rest-client.ts';

interface ScaleOptions extends GlobalOptions {
  readonly replicas: number;
  readonly wait?: true;
  readonly timeout: number;
}

const POLL_MS = 500;
const DEFAULT_TIMEOUT_MS = 120_000;
const replicaCount = integer(0, 1_000_000);
const timeoutLength = duration(1);

export const scale: CommandDefinition = (program, context) => {
  program
    .command('scale')
    .description('Set the number of nodes of a pool.')
    .argument('<pool>', 'name of a NodePool')
    .requiredOption('--replicas <number>', 'nodes the pool shall have', argument(replicaCount))
    .option('--wait', 'return when the pool has that many ready nodes')
    .addOption(
      new Option('--timeout <duration>', 'longest --wait, like 90s or 5m')
        .argParser(argument(timeoutLength))
        .default(DEFAULT_TIMEOUT_MS, '2m'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  flotilla scale default --replicas 500\n  flotilla scale default --replicas 0 --wait',
    )
    .action((pool: string, _options, command: Command) => runScale(pool, command, context));
};

async function runScale(pool: string, command: Command, context: CommandContext): Promise<void> {
  const options = command.optsWithGlobals<ScaleOptions>();
  if (options.wait !== true && command.getOptionValueSource('timeout') === 'cli') {
    throw new CommandError('--timeout is for --wait', EXIT.usage);
  }
  const path = `${NODE_POOLS}/${encodeURIComponent(pool)}`;
  const result = await withClient(command, context, async (client, _access, signal) => {
    await client.mergePatch(`${path}/scale`, { spec: { replicas: options.replicas } });
    return options.wait === true
      ? waitUntilReady(client, path, options, context, signal)
      : poolStatus(await client.get<NodePool>(path));
  });
  printData(context.terminal.stdout, options.output, result, () =>
    renderColumns([
      ['POOL', 'REPLICAS', 'READY'],
      [result.name, String(result.replicas), String(result.ready)],
    ]),
  );
}

/** Tells progress on stderr whenever it changes. */
async function waitUntilReady(
  client: RestClient,
  path: string,
  { replicas, timeout }: ScaleOptions,
  { terminal, clock }: CommandContext,
  signal: AbortSignal,
): Promise<PoolStatus> {
  const deadline = clock.monotonic() + timeout;
  let told = -1;
  for (;;) {
    const pool = await client.get<NodePool>(path);
    const { name, ready } = poolStatus(pool);
    if (ready !== told) {
      terminal.stderr.write(`${name}: ${ready} of ${replicas} nodes are ready\n`);
      told = ready;
    }
    if (ready === replicas && pool.status?.replicas === replicas) {
      return poolStatus(pool);
    }
    if (clock.monotonic() >= deadline) {
      throw new CommandError(`${name} has ${ready} of ${replicas} nodes ready after the time-out`, EXIT.notReady);
    }
    await clock.sleep(POLL_MS, signal);
  }
}
