/** Shows a drain until it is over: a table that is drawn anew on a terminal, a line a change elsewhere. */

import type { CommandContext, GlobalOptions } from '../command-context.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { LiveFrame } from '../live-frame.ts';
import { printData, renderColumns } from '../output.ts';
import type { RestClient } from '../rest/rest-client.ts';
import type { Drain } from './drain-object.ts';

export const DRAINS = '/apis/fleet.flotilla.dev/v1alpha1/drains';
const POLL_MS = 500;
const ROWS = 15;
export const OVER: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Cancelled']);

export async function followDrain(
  client: RestClient,
  made: Drain,
  { output, wait }: GlobalOptions & { readonly wait: boolean },
  { terminal, clock }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  const { name } = made.metadata;
  const isLive = output === 'table' && terminal.stdout.isTTY === true;
  let drain = made;
  const frame = new LiveFrame(terminal.stdout);
  let told = '';
  while (wait && !OVER.has(drain.status?.phase ?? '')) {
    const text = `${summary(drain)}\n`;
    if (isLive) {
      frame.draw(describe(drain));
    } else if (text !== told) {
      terminal.stderr.write(text);
      told = text;
    }
    await clock.sleep(POLL_MS, signal);
    drain = await client.get<Drain>(`${DRAINS}/${encodeURIComponent(name)}`);
  }
  frame.clear();
  printData(terminal.stdout, output, drain, () => describe(drain));
  const { phase, conditions = [], nodesMissing = [] } = drain.status ?? {};
  if (wait && phase !== 'Completed') {
    const why = conditions.find(({ type }) => type === 'Complete')?.message ?? 'it was not completed';
    throw new CommandError(`${name}: ${phase}: ${why}`, phase === 'Failed' ? EXIT.notReady : EXIT.failure);
  }
  if (wait && nodesMissing.length > 0) {
    throw new CommandError(`${name}: no such nodes: ${nodesMissing.join(', ')}`, EXIT.notReady);
  }
  if (wait && drain.status?.nodesTotal === 0) {
    throw new CommandError(`${name}: no node is meant`, EXIT.notReady);
  }
}

function summary({ metadata, status = {} }: Drain): string {
  const { phase = 'Pending', nodesDrained = 0, nodesTotal = 0, podsEvicted = 0, podsRemaining = 0 } = status;
  const blocked = status.conditions?.find(({ type, status: is }) => type === 'Blocked' && is === 'True')?.message;
  const { podsEnding = 0, nodesMissing = [] } = status;
  const ending = podsEnding === 0 ? '' : `, ${podsEnding} of them ending`;
  const missing = nodesMissing.length === 0 ? '' : `; not found: ${nodesMissing.join(', ')}`;
  const counts = `${nodesDrained} of ${nodesTotal} nodes, ${podsEvicted} pods evicted, ${podsRemaining} to go`;
  return `${metadata.name}: ${phase}: ${counts}${ending}${missing}${blocked === undefined ? '' : `; ${blocked}`}`;
}

function describe(drain: Drain): string {
  const { nodes = [], blockedPods = [] } = drain.status ?? {};
  const rows = nodes
    .slice(0, ROWS)
    .map(({ name, state, podsRemaining, message = '' }) => [name, state, String(podsRemaining), message]);
  const more = nodes.length > ROWS ? [`… and ${nodes.length - ROWS} more nodes`] : [];
  const waiting = blockedPods
    .slice(0, ROWS)
    .map(({ namespace, name, node, budget = '' }) => [`${namespace}/${name}`, node, budget]);
  return [
    summary(drain),
    ...(rows.length === 0 ? [] : ['', renderColumns([['NODE', 'STATE', 'PODS', 'WHY'], ...rows]), ...more]),
    ...(waiting.length === 0 ? [] : ['', renderColumns([['BLOCKED POD', 'NODE', 'BUDGET'], ...waiting])]),
  ].join('\n');
}
