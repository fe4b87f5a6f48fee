/** Creates or deletes so many pods by plain requests, or only looks on; tells when the fleet had done with each. */
import WebSocket from 'ws';
import { encodeRequest, HttpConnection, type Target } from './http-connection.ts';
import { NAMESPACE } from './manifests.ts';
import { runProgram } from './program.ts';

export interface PodsOptions {
  readonly target: Target;
  readonly connections: number;
  readonly count: number;
  readonly prefix: string;
  /** 'look': sends nothing. */
  readonly verb: 'create' | 'delete' | 'look';
  /** Pods are bound to it as they are created; unset: the scheduler's. */
  readonly nodeName?: string;
  /** So many come before the span begins; unset: the first. */
  readonly warmUp?: number;
  /** What is waited for, of each pod. */
  readonly until: 'created' | 'bound' | 'running' | 'gone';
}
export interface PodsReport {
  /** From the first request until the last pod was so. */
  readonly seconds: number;
  /** From the last pod of the warm-up that was so until the last one. */
  readonly spanSeconds: number;
  /** Until the last request was answered. */
  readonly answeredSeconds: number;
}

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}
interface Frame {
  readonly type: string;
  readonly last?: boolean;
  readonly events?: readonly { readonly type: string; readonly object: Pod }[];
}
type Event = NonNullable<Frame['events']>[number];

const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';
const LIMIT_MS = 600_000;

const REACHED: Readonly<Record<PodsOptions['until'], (event: Event) => boolean>> = {
  created: () => true,
  bound: ({ object }) => (object.spec?.nodeName ?? '') !== '',
  running: ({ object }) => object.status?.phase === 'Running',
  gone: ({ type }) => type === 'DELETED',
};

const manifest = (name: string, nodeName: string | undefined): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE, labels: { app: 'bench' } },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      containers: [{ name: 'main', image: 'bench:1', resources: { requests: { cpu: '1m', memory: '1Mi' } } }],
    },
  });

/** Resolves when the snapshot is in: from then on every change is told. */
function subscribe({ host, port, ca, token }: Target, onEvent: (event: Event) => void): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const socket = new WebSocket(`wss://${host}:${port}${STREAM_PATH}`, { ca, headers, perMessageDeflate: false });
  const request = { type: 'subscribe', id: 's', apiVersion: 'v1', kind: 'Pod', namespace: NAMESPACE };
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the stream was closed')));
    socket.on('open', () => socket.send(JSON.stringify({ ...request, fields: ['spec.nodeName', 'status.phase'] })));
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      for (const event of frame.events ?? []) {
        onEvent(event);
      }
      if (frame.last === true) {
        resolve();
      }
    });
  });
}

async function sendAll({ target, connections, count, prefix, verb, nodeName }: PodsOptions): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    const connection = await HttpConnection.open(target);
    while (next < count) {
      const name = `${prefix}${next}`;
      next += 1;
      const status = await connection.send(
        verb === 'create'
          ? encodeRequest(target, 'POST', PODS, manifest(name, nodeName))
          : encodeRequest(target, 'DELETE', `${PODS}/${name}`),
      );
      if (status >= 300) {
        throw new Error(`${verb} ${name}: HTTP ${status}`);
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, client));
}

await runProgram(async (options: PodsOptions): Promise<PodsReport> => {
  const reached = REACHED[options.until];
  const done = new Set<string>();
  let first = 0;
  let last = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve;
    setTimeout(() => reject(new Error(`${done.size} of ${options.count} pods are ${options.until}`)), LIMIT_MS).unref();
  });
  await subscribe(options.target, (event) => {
    const { name } = event.object.metadata;
    if (name.startsWith(options.prefix) && !done.has(name) && reached(event)) {
      done.add(name);
      last = performance.now();
      first = done.size === (options.warmUp ?? 1) ? last : first;
      if (done.size === options.count) {
        finish();
      }
    }
  });
  const started = performance.now();
  if (options.verb !== 'look') {
    await sendAll(options);
  }
  const answered = performance.now();
  await finished;
  return {
    seconds: (last - started) / 1_000,
    spanSeconds: (last - first) / 1_000,
    answeredSeconds: (answered - started) / 1_000,
  };
});
