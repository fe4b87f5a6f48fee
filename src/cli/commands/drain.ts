/** `flotilla drain`: empties nodes through a Drain, and shows how far it is. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import pLimit from 'p-limit';
import { duration, integer } from '../../config/parsers.ts';
import { type LabelSelector, parseLabelSelector } from '../../values/label-selector.ts';
import { argument } from '../argument.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import type { Drain, DrainSpec } from '../drain/drain-object.ts';
import { DRAINS, followDrain, OVER } from '../drain/follow-drain.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { RestClient } from '../rest/rest-client.ts';

const POOLS = '/apis/fleet.flotilla.dev/v1alpha1/nodepools';
const AT_ONCE = 20;

interface DrainOptions extends GlobalOptions {
  readonly pool?: string;
  readonly zone?: string;
  readonly selector?: LabelSelector;
  readonly podSelector?: LabelSelector;
  readonly parallelism: number;
  readonly order: string;
  readonly deadline?: number;
  readonly gracePeriod?: number;
  readonly ignoreDaemonsets?: true;
  readonly deleteEmptydirData?: true;
  readonly force?: true;
  readonly wait: boolean;
  readonly follow?: string;
  readonly pause?: string;
  readonly resume?: string;
  readonly cancel?: string;
  readonly uncordon?: true;
}

/** What a new drain is made of. */
const OF_NEW = [
  ...['pool', 'zone', 'selector', 'podSelector', 'parallelism', 'order', 'deadline', 'gracePeriod'],
  ...['ignoreDaemonsets', 'deleteEmptydirData', 'force'],
];
/** What is done with one that is there: one thing at a time. */
const OF_MADE = ['follow', 'pause', 'resume', 'cancel'] as const;

const ofMade = (name: (typeof OF_MADE)[number], about: string): Option =>
  new Option(`--${name} <drain>`, about).conflicts([...OF_NEW, ...OF_MADE.filter((other) => other !== name)]);

const EXAMPLES = `
The drain goes on in the server when this command ends; --follow NAME shows it again.

Examples:
  flotilla drain node-1 node-2 --ignore-daemonsets
  flotilla drain --pool default --zone zone-a --parallelism 10 --deadline 10m
  flotilla drain --cancel drain-x7k2p --uncordon`;

export const drain: CommandDefinition = (program, context) => {
  program
    .command('drain')
    .description('Empty nodes of their pods, as disruption budgets allow, and show the progress.')
    .argument('[nodes...]', 'names of nodes; without: all that --pool, --zone and --selector mean')
    .option('--pool <name>', 'nodes of this NodePool')
    .option('--zone <name>', 'nodes of this zone')
    .option('-l, --selector <labels>', 'nodes with these labels', selectorArgument)
    .option('--pod-selector <labels>', 'evict only pods with these labels', selectorArgument)
    .addOption(
      new Option('--parallelism <number>', 'nodes at the same time').argParser(argument(integer(1, 10_000))).default(1),
    )
    .addOption(
      new Option('--order <order>', 'which nodes first')
        .choices(['Name', 'Zone', 'FewestPods', 'Oldest'])
        .default('Name'),
    )
    .option('--deadline <duration>', 'fail when not done by then, like 10m', argument(duration(1_000)))
    .option('--grace-period <seconds>', 'seconds that pods are given to end', argument(integer(0, 2_147_483_647)))
    .option('--ignore-daemonsets', 'leave pods of DaemonSets')
    .option('--delete-emptydir-data', 'evict pods with emptyDir volumes, whose data is lost')
    .option('--force', 'evict pods that no controller makes anew')
    .option('--no-wait', 'return when the drain is made')
    .addOption(ofMade('follow', 'show a drain that was made before'))
    .addOption(ofMade('pause', 'let a drain rest'))
    .addOption(ofMade('resume', 'let a paused drain go on'))
    .addOption(ofMade('cancel', 'end a drain'))
    .option('--uncordon', 'with --cancel: its nodes become schedulable again')
    .addHelpText('after', EXAMPLES)
    .action((nodes: string[], _options, command: Command) => run(nodes, command, context));
};

function selectorArgument(text: string): LabelSelector {
  try {
    const requirements = parseLabelSelector(text);
    return { matchExpressions: requirements.map(({ key, operator, values }) => toExpression(key, operator, values)) };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const toExpression = (key: string, operator: string, values: readonly string[]) => ({
  ...{ key, operator },
  ...(values.length === 0 ? {} : { values: [...values] }),
});

async function run(nodes: readonly string[], command: Command, context: CommandContext): Promise<void> {
  const options = command.optsWithGlobals<DrainOptions>();
  checkUsage(nodes, options);
  await withClient(command, context, async (client, _access, signal) => {
    const change = changeOf(options);
    if (change !== undefined) {
      await refuseEnded(client, change.name);
      const changed = await client.mergePatch<Drain>(`${DRAINS}/${encodeURIComponent(change.name)}`, {
        spec: change.spec,
      });
      return followDrain(client, changed, { ...options, wait: false }, context, signal);
    }
    if (options.follow === undefined) {
      await findTargets(client, nodes, options.pool);
    }
    const made =
      options.follow === undefined
        ? await client.post<Drain>(DRAINS, manifest(specOf(nodes, options)))
        : await client.get<Drain>(`${DRAINS}/${encodeURIComponent(options.follow)}`);
    return followDrain(client, made, options, context, signal);
  });
}

function checkUsage(nodes: readonly string[], options: DrainOptions): void {
  const { pool, zone, selector, cancel, uncordon } = options;
  const made = OF_MADE.find((name) => options[name] !== undefined);
  if (uncordon === true && cancel === undefined) {
    throw new CommandError('--uncordon is for --cancel: to make a node schedulable, use kubectl uncordon', EXIT.usage);
  }
  if (made !== undefined && nodes.length > 0) {
    throw new CommandError(`--${made} means a drain, and takes no names of nodes`, EXIT.usage);
  }
  if (made === undefined && nodes.length === 0 && pool === undefined && zone === undefined && selector === undefined) {
    throw new CommandError('Say which nodes: by name, --pool, --zone or --selector', EXIT.usage);
  }
}

/** Before anything is made: a name that is mistyped would be a drain of nothing, and look like one that is done. */
async function findTargets(client: RestClient, nodes: readonly string[], pool: string | undefined): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const paths = [
    ...nodes.map((name) => `/api/v1/nodes/${encodeURIComponent(name)}`),
    ...(pool === undefined ? [] : [`${POOLS}/${encodeURIComponent(pool)}`]),
  ];
  await Promise.all(paths.map((path) => limit(() => client.get(path))));
}

async function refuseEnded(client: RestClient, name: string): Promise<void> {
  const { status } = await client.get<Drain>(`${DRAINS}/${encodeURIComponent(name)}`);
  if (OVER.has(status?.phase ?? '')) {
    throw new CommandError(`${name} is over: ${status?.phase}`, EXIT.failure);
  }
}

/** What is asked of a drain that is there. */
function changeOf({ pause, resume, cancel, uncordon }: DrainOptions): { name: string; spec: DrainSpec } | undefined {
  if (cancel !== undefined) {
    return { name: cancel, spec: { cancelled: true, ...(uncordon === true ? { uncordonOnCancel: true } : {}) } };
  }
  const name = pause ?? resume;
  return name === undefined ? undefined : { name, spec: { paused: pause !== undefined } };
}

const manifest = (spec: DrainSpec) => ({
  apiVersion: 'fleet.flotilla.dev/v1alpha1',
  kind: 'Drain',
  metadata: { generateName: 'drain-' },
  spec,
});

function specOf(nodes: readonly string[], options: DrainOptions): DrainSpec {
  const { pool, zone, selector, podSelector, deadline, gracePeriod } = options;
  const spec: { [name in keyof DrainSpec]: DrainSpec[name] | undefined } = {
    ...{ pool, zone, podSelector, nodeSelector: selector, order: options.order, parallelism: options.parallelism },
    nodeNames: nodes.length === 0 ? undefined : [...nodes],
    deadlineSeconds: deadline === undefined ? undefined : Math.ceil(deadline / 1_000),
    gracePeriodSeconds: gracePeriod,
    ignoreDaemonSets: options.ignoreDaemonsets,
    deleteEmptyDirData: options.deleteEmptydirData,
    force: options.force,
  };
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as DrainSpec;
}
