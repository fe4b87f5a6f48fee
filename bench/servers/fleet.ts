/** A whole Flotilla with a pool of simulated nodes, asked as a client asks. */
import type { FlotillaProcess } from '../../test/support/flotilla.ts';
import type { BenchContext } from '../benchmark.ts';
import { encodeRequest, HttpConnection, type Target, toTarget } from '../load/http-connection.ts';

const POOLS = '/apis/fleet.flotilla.dev/v1alpha1/nodepools';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const SHARD_NODES = 2_000;
const BULK = '/apis/fleet.flotilla.dev/v1alpha1/bulk';
const NOT_RUNNING = '/api/v1/pods?fieldSelector=status.phase!=Running&limit=1';
const BULK_ITEMS = 2_000;
const BATCHES_AHEAD = 10;
/** 409: it was made by a try whose answer did not come. */
const MADE = new Set([201, 409]);
const TRY_AGAIN = new Set([429, 503]);
/** Of what takes long: the look itself costs a second of the database's. */
const SLOW_LOOK_MS = 2_000;
/** More than a pod takes on a busy machine. */
const MS_A_POD = 5;
const CONNECTIONS = 32;
export const ZONES = ['zone-a', 'zone-b', 'zone-c'];

/** How long is waited for, and how often is looked. */
interface Pace {
  readonly limitMs: number;
  readonly lookMs: number;
}
const USUAL_PACE: Pace = { limitMs: 600_000, lookMs: 100 };

type Counts = Readonly<Record<string, number | undefined>>;
interface Answer {
  readonly metadata: { readonly generation?: number };
  readonly status?: Counts;
  readonly items?: readonly unknown[];
}

const deployment = (name: string, replicas: number, image: string, more: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: 'main', image, resources: { requests: { cpu: '10m', memory: '16Mi' } }, ...more }],
      },
    },
  },
});

/** A line of a bulk request. */
const boundPod = (name: string, node: number): string =>
  `${JSON.stringify({
    op: 'create',
    object: {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app: 'held' } } },
      spec: {
        ...{ nodeName: `bench-${node}` },
        containers: [{ name: 'main', image: 'bench:1', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
      },
    },
  })}\n`;

export class BenchFleet {
  readonly #server: FlotillaProcess;
  readonly databaseUrl: string;

  private constructor(server: FlotillaProcess, databaseUrl: string) {
    this.#server = server;
    this.databaseUrl = databaseUrl;
  }

  static async start(context: BenchContext, nodes: number, env: Record<string, string> = {}): Promise<BenchFleet> {
    const shards = String(Math.max(4, Math.ceil(nodes / SHARD_NODES)));
    const url = await context.createDatabase();
    return new BenchFleet(await context.startServer(url, ['--empty', '--shards', shards], env), url);
  }

  get pid(): number {
    return this.#server.pid;
  }

  async target(): Promise<Target> {
    return toTarget(await this.#server.access());
  }

  async #send(method: string, path: string, body: object): Promise<void> {
    const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
    const init = { method, body: JSON.stringify(body), headers: { 'content-type': type } };
    const { status, text } = await this.#server.request(path, init);
    if (status >= 300) {
      throw new Error(`${method} ${path}: ${status} ${text}`);
    }
  }

  /** Seconds since `started` until the status says so. */
  async #until(
    path: string,
    started: number,
    reached: (status: Counts, answer: Answer) => boolean,
    { limitMs, lookMs }: Pace = USUAL_PACE,
  ): Promise<number> {
    for (;;) {
      const answer = JSON.parse((await this.#server.request(path)).text) as Answer;
      const passed = performance.now() - started;
      if (reached(answer.status ?? {}, answer)) {
        return passed / 1_000;
      }
      if (passed > limitMs) {
        throw new Error(`not within ${limitMs / 1_000} s: ${JSON.stringify(answer.status)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  /** Seconds from the creation of the pool until all of its nodes are Ready. */
  async createNodes(replicas: number, template: object = {}): Promise<number> {
    const started = performance.now();
    await this.#send('POST', POOLS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'bench' } },
      spec: { replicas, runtime: 'simulated', template: { zones: ZONES, ...template } },
    });
    return this.#until(`${POOLS}/bench`, started, ({ readyReplicas }) => readyReplicas === replicas);
  }

  /** Seconds from the creation of a Deployment until all of its pods are ready. `more`: of their container. */
  async createPods(name: string, replicas: number, more: object = {}): Promise<number> {
    const started = performance.now();
    await this.#send('POST', DEPLOYMENTS, deployment(name, replicas, 'bench:1', more));
    return this.#until(`${DEPLOYMENTS}/${name}`, started, ({ readyReplicas }) => readyReplicas === replicas);
  }

  /** Places of those that shall be tried again: more was asked than the database took in time. */
  async #bindBatch(lines: readonly string[]): Promise<number[]> {
    const init = { method: 'POST', body: lines.join(''), headers: { 'content-type': 'application/x-ndjson' } };
    const { text } = await this.#server.request(BULK, init);
    const codes = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { code: number }).code);
    const failed = codes.find((code) => !MADE.has(code) && !TRY_AGAIN.has(code));
    if (failed !== undefined) {
      throw new Error(`a pod was refused: ${failed} in ${text.slice(0, 1_000)}`);
    }
    return lines.flatMap((_, at) => (MADE.has(codes[at] ?? 0) ? [] : [at]));
  }

  /**
   * Seconds until that many pods run, bound to the nodes in turn as they are created: by bulk, without a scheduler. So
   * many at a time that their kubelets keep up.
   */
  async bindPods(prefix: string, pods: number, nodes: number): Promise<number> {
    const started = performance.now();
    const pace = { limitMs: USUAL_PACE.limitMs + pods * MS_A_POD, lookMs: SLOW_LOOK_MS };
    let waiting = Array.from({ length: pods }, (_, i) => i);
    for (let batches = 1; waiting.length > 0; batches += 1) {
      const batch = waiting.slice(0, BULK_ITEMS);
      const refused = await this.#bindBatch(batch.map((i) => boundPod(`${prefix}-${i}`, i % nodes)));
      waiting = [...waiting.slice(BULK_ITEMS), ...refused.map((at) => batch[at] as number)];
      if (waiting.length === 0 || batches % BATCHES_AHEAD === 0) {
        await this.#until(NOT_RUNNING, started, (_status, { items }) => items?.length === 0, pace);
      }
    }
    return (performance.now() - started) / 1_000;
  }

  /** Seconds from a new image until every pod has it, is available, and no old one is left. */
  async rollOut(name: string, replicas: number, image: string): Promise<number> {
    const started = performance.now();
    const container = { name: 'main', image };
    await this.#send('PATCH', `${DEPLOYMENTS}/${name}`, { spec: { template: { spec: { containers: [container] } } } });
    return this.#until(
      `${DEPLOYMENTS}/${name}`,
      started,
      (status, { metadata }) =>
        status['observedGeneration'] === metadata.generation &&
        ['replicas', 'updatedReplicas', 'availableReplicas'].every((count) => status[count] === replicas),
    );
  }

  /** The first nodes of the pool, spread over its zones, stop their heartbeat. */
  async silence(count: number): Promise<void> {
    const target = await this.target();
    const patch = JSON.stringify({ metadata: { annotations: { 'fleet.flotilla.dev/fault': 'stop-heartbeat' } } });
    let next = 0;
    const client = async (): Promise<void> => {
      const connection = await HttpConnection.open(target);
      while (next < count) {
        const path = `/api/v1/nodes/bench-${next}`;
        next += 1;
        const status = await connection.send(
          encodeRequest(target, 'PATCH', path, patch, 'application/merge-patch+json'),
        );
        if (status !== 200) {
          throw new Error(`${path}: HTTP ${status}`);
        }
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, client));
  }

  stop(): Promise<unknown> {
    return this.#server.kill('SIGTERM');
  }
}
