/** `flotilla import kwok`: the stages of KWOK as SimulationProfiles, and what of them does not come over. */
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { isDNS1123Subdomain } from '../../values/name-rules.ts';
import { type CommandContext, type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { buildProfiles } from '../kwok/build-profiles.ts';
import type { Profile } from '../kwok/profile.ts';
import { readStages } from '../kwok/read-stages.ts';
import type { Note } from '../kwok/stage.ts';
import { ApiError } from '../rest/client-errors.ts';
import type { RestClient } from '../rest/rest-client.ts';

interface Options extends GlobalOptions {
  readonly apply?: true;
  readonly strict?: true;
  readonly name: string;
}

const PROFILES = '/apis/fleet.flotilla.dev/v1alpha1/simulationprofiles';
const EXAMPLES = `
Profiles go to stdout as YAML (or JSON with -o json), or to the server with --apply. What does not come over is told of on
stderr, a line each: the stage, the field, and why.

Examples:
  flotilla import kwok stages.yaml > profiles.yaml
  flotilla import kwok stage/pod/general/*.yaml --apply`;

function objectName(text: string): string {
  const [problem] = isDNS1123Subdomain(text);
  if (problem !== undefined) {
    throw new InvalidArgumentError(problem);
  }
  return text;
}

export const importKwok: CommandDefinition = (program, context) => {
  program
    .command('import')
    .description('Make SimulationProfiles of what other simulators are told.')
    .command('kwok')
    .description('Make SimulationProfiles of the stages of KWOK.')
    .argument('<file...>', 'YAML files with Stages (kwok.x-k8s.io)')
    .option('--apply', 'create or replace the profiles on the server')
    .option('--strict', 'fail, and do nothing, when something does not come over as it was')
    .option('--name <name>', 'name of the profile for all pods, and the beginning of the others', objectName, 'kwok')
    .addHelpText('after', EXAMPLES)
    .action((files: string[], _options, command: Command) => run(files, command, context));
};

function readFile(file: string): ReturnType<typeof readStages> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, EXIT.failure);
  }
  try {
    return readStages(text);
  } catch (error) {
    throw new CommandError(`${file} is no YAML: ${(error as Error).message}`, EXIT.failure);
  }
}

const DEGREES: Readonly<Record<Note['degree'], string>> = {
  kubelet: 'left to the kubelet',
  close: 'not quite',
  lost: 'not carried over',
};

async function run(files: readonly string[], command: Command, context: CommandContext): Promise<void> {
  const { apply, strict, name, output } = command.optsWithGlobals<Options>();
  const { stdout, stderr } = context.terminal;
  const read = files.map(readFile);
  const { profiles, notes } = buildProfiles(
    read.flatMap(({ stages }) => stages),
    name,
  );
  const all = [...read.flatMap((one) => one.notes), ...notes];
  for (const { stage, field, degree, why } of all) {
    stderr.write(`${stage}: ${field}: ${DEGREES[degree]}: ${why}\n`);
  }
  const changed = all.filter(({ degree }) => degree !== 'kubelet').length;
  if (strict === true && changed > 0) {
    throw new CommandError(`${changed} things do not come over as they were (--strict)`, EXIT.failure);
  }
  if (apply !== true) {
    const list = { apiVersion: 'v1', kind: 'List', items: profiles };
    const json = `${JSON.stringify(list, undefined, 2)}\n`;
    stdout.write(output === 'json' ? json : profiles.map((profile) => `---\n${stringify(profile)}`).join(''));
    return;
  }
  await withClient(command, context, async (client) => {
    for (const profile of profiles) {
      stdout.write(`simulationprofile/${profile.metadata.name} ${await put(client, profile)}\n`);
    }
  });
}

async function put(client: RestClient, profile: Profile): Promise<string> {
  const path = `${PROFILES}/${encodeURIComponent(profile.metadata.name)}`;
  try {
    await client.put(path, profile);
    return 'replaced';
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) {
      throw error;
    }
    await client.post(PROFILES, profile);
    return 'created';
  }
}
