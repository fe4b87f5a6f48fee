/** Watchers on a kind, and writers that create as fast as the slowest watcher is told of it. */
import { cpuSeconds } from '../servers/process-figures.ts';
import { encodeRequest, HttpConnection, type Target } from './http-connection.ts';
import { configMap, NAMESPACE } from './manifests.ts';
import { runProgram } from './program.ts';
import { StreamSocket } from './stream-socket.ts';

export interface FanOutOptions {
  readonly target: Target;
  readonly watchers: number;
  readonly writers: number;
  /** Changes that the slowest watcher may be behind: more would only fill buffers. */
  readonly window: number;
  readonly ms: number;
  readonly prefix: string;
  /** The server's, to tell what it spends on deliveries alone, without the connects. */
  readonly serverPid: number;
}
export interface FanOutReport {
  readonly deliveries: number;
  readonly changes: number;
  readonly ms: number;
  /** Of the server and of this process, while changes were made. */
  readonly serverSeconds: number;
  readonly generatorSeconds: number;
}

const LOOK_MS = 2;
const OPENED_AT_A_TIME = 50;
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const fail = (error: Error): never => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
};

async function openWatchers({ target, watchers }: FanOutOptions): Promise<StreamSocket[]> {
  const sockets: StreamSocket[] = [];
  while (sockets.length < watchers) {
    const size = Math.min(OPENED_AT_A_TIME, watchers - sockets.length);
    sockets.push(
      ...(await Promise.all(Array.from({ length: size }, () => StreamSocket.open(target, 'ConfigMap', fail)))),
    );
  }
  return sockets;
}

await runProgram(async (options: FanOutOptions): Promise<FanOutReport> => {
  const { target, writers, window, ms, prefix, serverPid } = options;
  const sockets = await openWatchers(options);
  const behind = (): number => sockets.reduce((least, { events }) => Math.min(least, events), Number.MAX_SAFE_INTEGER);
  const spent = () => Promise.all([serverPid, process.pid].map(cpuSeconds));
  const [server = 0, generator = 0] = await spent();
  const started = performance.now();
  const end = started + ms;
  let slowest = 0;
  let written = 0;
  const write = async (): Promise<void> => {
    const connection = await HttpConnection.open(target);
    while (performance.now() < end) {
      if (written - slowest >= window) {
        await pause(LOOK_MS);
        continue;
      }
      written += 1;
      const body = JSON.stringify(configMap(`${prefix}${written}`));
      const status = await connection.send(encodeRequest(target, 'POST', PATH, body));
      if (status !== 201) {
        throw new Error(`create: HTTP ${status}`);
      }
    }
  };
  const look = setInterval(() => {
    slowest = behind();
  }, LOOK_MS);
  await Promise.all(Array.from({ length: writers }, write));
  while (behind() < written) {
    await pause(LOOK_MS);
  }
  clearInterval(look);
  const took = performance.now() - started;
  const [serverEnd = 0, generatorEnd = 0] = await spent();
  return {
    ...{ changes: written, deliveries: written * sockets.length, ms: took },
    ...{ serverSeconds: serverEnd - server, generatorSeconds: generatorEnd - generator },
  };
});
