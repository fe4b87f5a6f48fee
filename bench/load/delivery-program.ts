/** Creates pods at a fixed rate and one subscriber sees them come: how long from sending to being told, and when that was. */
import WebSocket from 'ws';
import { seededRandom } from '../../src/timing/random.ts';
import { percentile } from '../statistics.ts';
import { encodeRequest, HttpConnection, type Target } from './http-connection.ts';
import { NAMESPACE, pod } from './manifests.ts';
import { openNonReaders } from './non-readers.ts';
import { runProgram } from './program.ts';

export interface DeliveryOptions {
  readonly target: Target;
  readonly connections: number;
  readonly perSecond: number;
  readonly ms: number;
  readonly seed: number;
  readonly prefix: string;
  /** Subscribers beside that read nothing. */
  readonly nonReaders?: number;
}
export interface DeliveryReport {
  readonly sentToDelivered: { readonly p50: number; readonly p99: number };
  readonly sentToAnswered: { readonly p50: number; readonly p99: number };
  readonly perSecond: number;
  /** By name, in milliseconds since 1970: to be held against what the database knows of each. */
  readonly deliveredAt: readonly (readonly [name: string, at: number])[];
}

interface Frame {
  readonly type: string;
  readonly last?: boolean;
  readonly events?: readonly { object: { metadata: { name: string } } }[];
}

const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';
const LATE_MS = 10_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function subscribe({ host, port, ca, token }: Target, onName: (name: string) => void): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`wss://${host}:${port}${STREAM_PATH}`, { ca, headers, perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 's', apiVersion: 'v1', kind: 'Pod' })));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.last === true) {
        resolve();
      }
      for (const { object } of frame.events ?? []) {
        onName(object.metadata.name);
      }
    });
  });
}

const spread = (values: readonly number[]) => ({ p50: percentile(values, 50), p99: percentile(values, 99) });

await runProgram(async (options: DeliveryOptions): Promise<DeliveryReport> => {
  const { target, connections, perSecond, ms, seed, prefix, nonReaders = 0 } = options;
  const template = JSON.stringify(pod('NAME', seededRandom(seed)));
  const sent = new Map<string, number>();
  const delivered: number[] = [];
  const deliveredAt: [string, number][] = [];
  const answered: number[] = [];
  await openNonReaders(target, 'Pod', nonReaders);
  const missing = new Set<string>();
  await subscribe(target, (name) => {
    // Not those of others, and each once: in a living fleet pods also change.
    if (missing.delete(name)) {
      const now = performance.now();
      delivered.push(now - (sent.get(name) ?? Number.NaN));
      deliveredAt.push([name, performance.timeOrigin + now]);
    }
  });
  const free = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(target)));
  const create = async (connection: HttpConnection, at: number): Promise<void> => {
    const name = `${prefix}${sent.size}`;
    sent.set(name, at);
    missing.add(name);
    const status = await connection.send(encodeRequest(target, 'POST', PODS, template.replace('NAME', name)));
    if (status !== 201) {
      throw new Error(`create: HTTP ${status}`);
    }
    answered.push(performance.now() - at);
    free.push(connection);
  };
  // Each is timed from when it was due: a server that stalls does not make its own writers wait unseen.
  const started = performance.now();
  for (let count = 0; count < (perSecond * ms) / 1_000; ) {
    const due = started + (count * 1_000) / perSecond;
    const connection = performance.now() < due ? undefined : free.pop();
    if (connection === undefined) {
      await pause(1);
      continue;
    }
    count += 1;
    void create(connection, due).catch((error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    });
  }
  const wroteFor = performance.now() - started;
  const late = performance.now() + LATE_MS;
  while ((delivered.length < sent.size || answered.length < sent.size) && performance.now() < late) {
    await pause(5);
  }
  if (delivered.length !== sent.size) {
    throw new Error(
      `${delivered.length} of ${sent.size} creates were delivered, not ${[...missing].slice(0, 3).join(', ')}`,
    );
  }
  return {
    sentToDelivered: spread(delivered),
    sentToAnswered: spread(answered),
    perSecond: sent.size / (wroteFor / 1_000),
    deliveredAt,
  };
});
