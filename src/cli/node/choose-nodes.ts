/** The nodes that a command is told of, by name or by label. */
import pLimit from 'p-limit';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { RestClient } from '../rest/rest-client.ts';
import type { List, NodeObject } from './node-objects.ts';

const PAGE = '500';
/** Requests at a time, of all that go to many nodes. */
export const AT_A_TIME = 8;

export const nodePath = (name: string): string => `/api/v1/nodes/${encodeURIComponent(name)}`;

/** Before a server is asked. */
export function checkChoice(names: readonly string[], selector: string | undefined): void {
  if ((names.length === 0) === (selector === undefined)) {
    throw new CommandError('Say which nodes: by name, or by --selector', EXIT.usage);
  }
}

/** Sorted; never none. */
export async function chooseNodes(
  client: RestClient,
  names: readonly string[],
  selector: string | undefined,
): Promise<readonly string[]> {
  const found = selector === undefined ? await named(client, names) : await labelled(client, selector);
  if (found.length === 0) {
    throw new CommandError(`No node has the labels ${selector}`, EXIT.notReady);
  }
  return [...new Set(found)].sort();
}

/** One that is not there is refused before anything is done to the others. */
async function named(client: RestClient, names: readonly string[]): Promise<string[]> {
  const limit = pLimit(AT_A_TIME);
  const nodes = names.map((name) => limit(() => client.get<NodeObject>(nodePath(name))));
  return (await Promise.all(nodes)).map(({ metadata }) => metadata.name);
}

async function labelled(client: RestClient, labelSelector: string): Promise<string[]> {
  const found: string[] = [];
  let next: string | undefined;
  do {
    const query = { labelSelector, limit: PAGE, ...(next === undefined ? {} : { continue: next }) };
    const { metadata, items } = await client.get<List<NodeObject>>('/api/v1/nodes', query);
    found.push(...items.map((node) => node.metadata.name));
    next = metadata.continue === '' ? undefined : metadata.continue;
  } while (next !== undefined);
  return found;
}
