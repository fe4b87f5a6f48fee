/** Shows a shutdown until all pods have ended: a table that is drawn anew on a terminal, a line a change elsewhere. */
import type { CommandContext, GlobalOptions } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { LiveFrame } from '../live-frame.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { describeProgress, isDone, type NodeProgress, shutdownProgress, summary } from './shutdown-progress.ts';

const POLL_MS = 500;

/** Throws CommandError when not all have ended within `timeout`; rejects with the signal's reason. */
export async function followShutdown(
  client: RestClient,
  names: readonly string[],
  { output, timeout }: Pick<GlobalOptions, 'output'> & { readonly timeout: number },
  { terminal: { stdout, stderr }, clock }: CommandContext,
  signal: AbortSignal,
): Promise<NodeProgress[]> {
  const isLive = output === 'table' && stdout.isTTY === true;
  const until = clock.monotonic() + timeout;
  const told = new Map<string, string>();
  const frame = new LiveFrame(stdout);
  for (;;) {
    const nodes = await shutdownProgress(client, names);
    if (isLive) {
      frame.draw(describeProgress(nodes));
    } else {
      stderr.write(news(nodes, told));
    }
    if (nodes.every(isDone)) {
      frame.clear();
      return nodes;
    }
    if (clock.monotonic() >= until) {
      throw new CommandError(`After the time-out: ${summary(nodes)}`, EXIT.notReady);
    }
    await clock.sleep(POLL_MS, signal);
  }
}

function news(nodes: readonly NodeProgress[], told: Map<string, string>): string {
  let text = '';
  for (const { node, isShuttingDown, pods } of nodes) {
    const states = [
      ['', isShuttingDown ? 'shutting down' : 'asked to shut down'] as const,
      ...pods.map(({ namespace, name, state }) => [` ${namespace}/${name}`, state] as const),
    ];
    for (const [what, state] of states) {
      if (told.get(node + what) !== state) {
        told.set(node + what, state);
        text += `${node}${what}: ${state}\n`;
      }
    }
  }
  return text;
}
