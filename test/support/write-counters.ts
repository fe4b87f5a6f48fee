/** A load whose answers can be compared with what a watch tells: writers that each count one ConfigMap up. */
import { Agent, request } from 'undici';
import type { Access } from './flotilla.ts';

export interface CounterMap {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly data: { readonly count: string };
}

export const COUNTERS_PATH = '/api/v1/namespaces/default/configmaps';

/** What was acknowledged, in no order. Throws when any write fails. */
export async function writeCounters(
  access: Access,
  { prefix, writers, writes }: { prefix: string; writers: number; writes: number },
): Promise<CounterMap[]> {
  const dispatcher = new Agent({ connect: { ca: access.ca } });
  try {
    const names = Array.from({ length: writers }, (_, writer) => `${prefix}-${writer}`);
    return (await Promise.all(names.map((name) => countUp(access, dispatcher, name, writes)))).flat();
  } finally {
    await dispatcher.destroy();
  }
}

async function countUp({ server, token }: Access, dispatcher: Agent, name: string, writes: number) {
  const written: CounterMap[] = [];
  for (let count = 0; count < writes; count += 1) {
    const { statusCode, body } = await request(`${server}${COUNTERS_PATH}${count === 0 ? '' : `/${name}`}`, {
      dispatcher,
      method: count === 0 ? 'POST' : 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name }, data: { count: String(count) } }),
    });
    const answer = (await body.json()) as CounterMap;
    if (statusCode >= 300) {
      throw new Error(`write of ${name} answered ${statusCode}: ${JSON.stringify(answer)}`);
    }
    written.push(answer);
  }
  return written;
}
