/** The soak's watchers: they follow, leave without a word after some seconds, and come back to where they were. */
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import WebSocket from 'ws';
import { type Random, seededRandom } from '../../src/timing/random.ts';
import type { Target } from '../load/http-connection.ts';
import { keepDoing, pause, type Tally } from './tally.ts';

const SHORTEST_MS = 3_000;
const LONGEST_MS = 45_000;

const stay = (random: Random): number => Math.round(SHORTEST_MS + random.next() * (LONGEST_MS - SHORTEST_MS));
const origin = ({ host, port }: Target): string => `${host}:${port}`;

/** A watch over HTTP, from the last version it has seen; from a list after 410. */
export async function watch(target: Target, path: string, id: number, tally: Tally, signal: AbortSignal) {
  const random = seededRandom(id);
  const dispatcher = new Agent({ connect: { ca: target.ca }, bodyTimeout: 0 });
  const headers = { authorization: `Bearer ${target.token}` };
  const url = `https://${origin(target)}${path}`;
  let from: string | undefined;
  await keepDoing(tally, signal, async () => {
    if (from === undefined) {
      const { body } = await request(`${url}?limit=1`, { dispatcher, headers });
      from = ((await body.json()) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    }
    const leave = AbortSignal.any([signal, AbortSignal.timeout(stay(random))]);
    try {
      const query = `?watch=1&allowWatchBookmarks=true&resourceVersion=${from}`;
      const { body } = await request(url + query, { dispatcher, headers, signal: leave });
      for await (const line of createInterface({ input: body })) {
        const { type, object } = JSON.parse(line);
        if (type === 'ERROR') {
          tally.refusals += 1;
          from = undefined;
          return;
        }
        tally.events += type === 'BOOKMARK' ? 0 : 1;
        from = object.metadata.resourceVersion;
      }
    } catch (error) {
      if (!leave.aborted) {
        throw error;
      }
    }
    tally.reconnects += 1;
  });
  await dispatcher.destroy();
}

/** A subscription to pods and one to config maps on one socket, each resumed with its last token. */
export async function stream(target: Target, id: number, tally: Tally, signal: AbortSignal): Promise<void> {
  const random = seededRandom(id);
  const tokens = new Map<string, string | undefined>([
    ['Pod', undefined],
    ['ConfigMap', undefined],
  ]);
  await keepDoing(tally, signal, async () => {
    const socket = openStream(target);
    socket.on('open', () => {
      for (const [kind, resume] of tokens) {
        const start = resume === undefined ? {} : { resume };
        socket.send(JSON.stringify({ type: 'subscribe', id: kind, apiVersion: 'v1', kind, ...start }));
      }
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      tally.events += frame.events?.length ?? 0;
      if (frame.type === 'error') {
        tally.refusals += 1;
        tokens.set(frame.id, frame.token);
        socket.terminate();
      } else if (frame.token !== undefined) {
        tokens.set(frame.id, frame.token);
      }
    });
    await untilGone(socket, stay(random), signal);
    tally.reconnects += 1;
  });
}

/** A socket that subscribes and reads nothing any more, until the server cuts it off or it has stayed its time. */
export async function neverRead(target: Target, id: number, tally: Tally, signal: AbortSignal): Promise<void> {
  const random = seededRandom(id);
  await keepDoing(tally, signal, async () => {
    const socket = openStream(target);
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe', id: 'pods', apiVersion: 'v1', kind: 'Pod' }));
      socket.pause();
    });
    await untilGone(socket, 3 * stay(random), signal);
    tally.reconnects += 1;
  });
}

function openStream(target: Target): WebSocket {
  return new WebSocket(`wss://${origin(target)}/apis/fleet.flotilla.dev/v1alpha1/stream`, {
    ca: target.ca,
    headers: { authorization: `Bearer ${target.token}` },
  });
}

/** Rejects when the socket never opened. */
async function untilGone(socket: WebSocket, ms: number, signal: AbortSignal): Promise<void> {
  const leave = new AbortController();
  const gone = new Promise<void>((resolve, reject) => {
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
  try {
    await Promise.race([gone, pause(ms, AbortSignal.any([signal, leave.signal]))]);
  } finally {
    leave.abort();
    gone.catch(() => undefined);
    socket.terminate();
  }
}
