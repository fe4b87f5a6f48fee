/** `flotilla node shutdown`: nodes end their pods group by group, as a kubelet does that is told of its host's shutdown. */
import { type Command, Option } from 'commander';
import pLimit from 'p-limit';
import { duration } from '../../config/parsers.ts';
import { SHUTDOWN_ANNOTATION } from '../../values/node-labels.ts';
import { argument } from '../argument.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { AT_A_TIME, checkChoice, chooseNodes, nodePath } from '../node/choose-nodes.ts';
import { followShutdown } from '../node/follow-shutdown.ts';
import { describeProgress, shutdownProgress } from '../node/shutdown-progress.ts';
import { printData } from '../output.ts';
import type { RestClient } from '../rest/rest-client.ts';

interface ShutdownOptions extends GlobalOptions {
  readonly selector?: string;
  readonly grace?: number;
  readonly cancel?: true;
  readonly wait: boolean;
  readonly timeout: number;
}

const EXAMPLES = `
The shutdown goes on in the server when this command ends. The nodes stay, take no pods, and are Ready again after --cancel.

Examples:
  flotilla node shutdown node-1 node-2 --grace 60s
  flotilla node shutdown -l topology.kubernetes.io/zone=zone-a
  flotilla node shutdown node-1 --cancel`;

export const node: CommandDefinition = (program, context) => {
  program
    .command('node')
    .description('Act on nodes.')
    .command('shutdown')
    .description('Shut nodes down gracefully, and show how their pods end.')
    .argument('[nodes...]', 'names of nodes')
    .option('-l, --selector <labels>', 'nodes with these labels')
    .option(
      '--grace <duration>',
      'time for all pods of a node, in place of its shutdownGracePeriod',
      argument(duration(1_000)),
    )
    .addOption(
      new Option('--cancel', 'end the shutdown; pods that have ended stay ended').conflicts(['grace', 'timeout']),
    )
    .option('--no-wait', 'return when the nodes are told')
    .addOption(
      new Option('--timeout <duration>', 'longest wait, like 90s or 5m')
        .argParser(argument(duration(1)))
        .default(600_000, '10m'),
    )
    .addHelpText('after', EXAMPLES)
    .action((nodes: string[], _options, command: Command) => run(nodes, command, context));
};

async function run(given: readonly string[], command: Command, context: CommandContext): Promise<void> {
  const options = command.optsWithGlobals<ShutdownOptions>();
  checkChoice(given, options.selector);
  const result = await withClient(command, context, async (client, _access, signal) => {
    const names = await chooseNodes(client, given, options.selector);
    const isCancelled = options.cancel === true;
    if (!isCancelled && options.grace === undefined) {
      await inParallel(names, (name) => checkGrace(client, name));
    }
    await inParallel(names, (name) => tell(client, name, isCancelled ? null : shutdownValue(options)));
    return isCancelled || !options.wait
      ? shutdownProgress(client, names)
      : followShutdown(client, names, options, context, signal);
  });
  printData(context.terminal.stdout, options.output, { nodes: result }, () => describeProgress(result));
}

async function inParallel(names: readonly string[], one: (name: string) => Promise<unknown>): Promise<void> {
  const limit = pLimit(AT_A_TIME);
  await Promise.all(names.map((name) => limit(() => one(name))));
}

const shutdownValue = ({ grace }: ShutdownOptions): string =>
  grace === undefined ? 'now' : `${Math.ceil(grace / 1_000)}s`;

const tell = (client: RestClient, name: string, value: string | null): Promise<unknown> =>
  client.mergePatch(nodePath(name), { metadata: { annotations: { [SHUTDOWN_ANNOTATION]: value } } });

interface Configz {
  readonly kubeletconfig: {
    readonly shutdownGracePeriod?: string;
    readonly shutdownGracePeriodByPodPriority?: readonly unknown[];
  };
}

/** Or the node would do nothing, and this command would wait for it. */
async function checkGrace(client: RestClient, name: string): Promise<void> {
  const { kubeletconfig } = await client.get<Configz>(`${nodePath(name)}/proxy/configz`);
  const { shutdownGracePeriod = '0s', shutdownGracePeriodByPodPriority = [] } = kubeletconfig;
  if (/^0[a-z]*$/.test(shutdownGracePeriod) && shutdownGracePeriodByPodPriority.length === 0) {
    const why = 'has no shutdownGracePeriod, so it would end no pod: configure one, or use --grace';
    throw new CommandError(`${name} ${why}`, EXIT.failure);
  }
}
