/** `flotilla diff`: what became of the fleet between two revisions of the retained history. */
import { type Command, InvalidArgumentError } from 'commander';
import { integer } from '../../config/parsers.ts';
import { argument } from '../argument.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { compare, type ObjectChange } from '../history/compare.ts';
import { maskSecrets } from '../history/mask-secrets.ts';
import { currentRevision, type ListedKind, listedKinds, objectsAt } from '../history/past-objects.ts';
import { printData, renderColumns } from '../output.ts';
import type { RestClient } from '../rest/rest-client.ts';

interface DiffOptions extends GlobalOptions {
  readonly from: number;
  readonly to?: number;
  readonly kind?: readonly string[];
  readonly limit?: number;
  readonly showSecrets?: true;
}
type KindChange = Pick<ListedKind, 'apiVersion' | 'kind'> & ObjectChange;

const FIELDS_SHOWN = 3;
/** All are held before they are shown: columns are as wide as the widest, and a page of objects may be changes all. */
const MOST_CHANGES = 20_000;

function revision(text: string): number {
  const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('Use a resourceVersion, such as `flotilla status` shows.');
  }
  return value;
}

export const diff: CommandDefinition = (program, context) => {
  program
    .command('diff')
    .description('Show what changed between two revisions, as far as the history reaches.')
    .requiredOption('--from <revision>', 'the earlier resourceVersion', revision)
    .option('--to <revision>', 'the later one (default: now)', revision)
    .option('--kind <plural...>', 'only these kinds, like pods nodes events (default: all but events)')
    .option('--limit <number>', `changes told at most (default: ${MOST_CHANGES})`, argument(integer(1, 1_000_000)))
    .option('--show-secrets', 'print what Secrets hold, which is *** otherwise')
    .addHelpText(
      'after',
      '\nExamples:\n  flotilla diff --from 1200\n  flotilla diff --from 1200 --to 1300 --kind pods -o yaml',
    )
    .action((_options, command: Command) => run(command, context));
};

async function run(command: Command, context: CommandContext): Promise<void> {
  const options = command.optsWithGlobals<DiffOptions>();
  if (options.to !== undefined && options.to < options.from) {
    throw new CommandError(`--to ${options.to} is before --from ${options.from}`, EXIT.usage);
  }
  const result = await withClient(command, context, async (client) => {
    const to = options.to ?? (await currentRevision(client));
    if (to < options.from) {
      throw new CommandError(`The fleet is at revision ${to}, which is before --from ${options.from}`, EXIT.usage);
    }
    const kinds = chosen(await listedKinds(client, options.kind), options.kind);
    const most = options.limit ?? MOST_CHANGES;
    const changes: KindChange[] = [];
    for (const kind of kinds.filter(() => changes.length <= most)) {
      await collect(client, kind, options.from, to, { changes, most });
    }
    const isCut = changes.length > most;
    const told = changes.slice(0, most).map((change) => (options.showSecrets === true ? change : maskSecrets(change)));
    return { from: options.from, to, changes: told, ...(isCut ? { truncated: true } : {}) };
  });
  printData(context.terminal.stdout, options.output, result, () =>
    result.changes.length === 0
      ? `Nothing changed from ${result.from} to ${result.to}.`
      : describe(result.changes, result.truncated === true),
  );
}

function chosen(all: readonly ListedKind[], names: readonly string[] | undefined): readonly ListedKind[] {
  const unknown = names?.find((name) => !all.some(({ plural }) => plural === name));
  if (unknown !== undefined) {
    throw new CommandError(`There is no kind ${unknown}: use the plural, like pods`, EXIT.usage);
  }
  return names === undefined ? all : all.filter(({ plural }) => names.includes(plural));
}

async function collect(
  client: RestClient,
  kind: ListedKind,
  from: number,
  to: number,
  { changes, most }: { readonly changes: KindChange[]; readonly most: number },
): Promise<void> {
  const sides = [objectsAt(client, kind, from), objectsAt(client, kind, to)] as const;
  for await (const change of compare(...sides)) {
    changes.push({ apiVersion: kind.apiVersion, kind: kind.kind, ...change });
    if (changes.length > most) {
      return;
    }
  }
}

function describe(changes: readonly KindChange[], isCut: boolean): string {
  const rows = changes.map(({ kind, namespace, name, change, fields = [] }) => {
    const shown = fields.slice(0, FIELDS_SHOWN).map(({ path }) => path);
    const more = fields.length > FIELDS_SHOWN ? ` and ${fields.length - FIELDS_SHOWN} more` : '';
    return [kind, namespace === undefined ? name : `${namespace}/${name}`, change, shown.join(', ') + more];
  });
  const table = renderColumns([['KIND', 'NAME', 'CHANGE', 'FIELDS'], ...rows]);
  return isCut ? `${table}\n… and more: narrow it by --kind, or raise --limit` : table;
}
