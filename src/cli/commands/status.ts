/** `flotilla status`: how the fleet is. */
import { type CommandDefinition, type GlobalOptions, withClient } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type FleetStatus, readFleetStatus } from '../fleet-status.ts';
import { printData, renderColumns } from '../output.ts';

export const status: CommandDefinition = (program, context) => {
  program
    .command('status')
    .description('Show nodes, pods and pools, and whether the server is ready.')
    .addHelpText('after', '\nExamples:\n  flotilla status\n  flotilla status -o json | jq .nodes.ready')
    .action(async (_options, command) => {
      const { output } = command.optsWithGlobals() as GlobalOptions;
      const fleet = await withClient(command, context, (client, { server }) => readFleetStatus(client, server));
      printData(context.terminal.stdout, output, fleet, () => describe(fleet));
      if (!fleet.server.ready) {
        throw new CommandError('The server is not ready: GET /readyz?verbose says why', EXIT.notReady);
      }
    });
};

function describe({ server, nodes, pods, pools }: FleetStatus): string {
  const phases = Object.entries(pods.byPhase).map(([phase, count]) => `${count} ${phase}`);
  const summary = renderColumns([
    ['Server', `${server.url} (${server.ready ? 'ready' : 'not ready'})`],
    ['Version', server.version],
    ['Revision', server.revision],
    ['Nodes', `${nodes.ready} of ${nodes.total} ready`],
    ['Pods', pods.total === 0 ? 'none' : phases.join(', ')],
  ]);
  const rows = pools.map(({ name, replicas, ready, runtime }) => [name, String(replicas), String(ready), runtime]);
  return `${summary}\n\n${renderColumns([['POOL', 'REPLICAS', 'READY', 'RUNTIME'], ...rows])}`;
}
