/** A whole Flotilla with a pool of simulated nodes, asked as a client asks. */
import type { FlotillaProcess } from '../../test/support/flotilla.ts';
import type { BenchContext } from '../benchmark.ts';

const POOLS = '/apis/fleet.flotilla.dev/v1alpha1/nodepools';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const SHARD_NODES = 2_000;
const LOOK_MS = 100;
const LIMIT_MS = 600_000;

type Counts = Readonly<Record<string, number | undefined>>;
interface Answer {
  readonly metadata: { readonly generation?: number };
  readonly status?: Counts;
}

const deployment = (name: string, replicas: number, image: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image, resources: { requests: { cpu: '10m', memory: '16Mi' } } }] },
    },
  },
});

export class BenchFleet {
  readonly #server: FlotillaProcess;

  private constructor(server: FlotillaProcess) {
    this.#server = server;
  }

  static async start(context: BenchContext, nodes: number): Promise<BenchFleet> {
    const shards = String(Math.max(4, Math.ceil(nodes / SHARD_NODES)));
    return new BenchFleet(await context.startServer(await context.createDatabase(), ['--empty', '--shards', shards]));
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
  async #until(path: string, started: number, reached: (status: Counts, answer: Answer) => boolean): Promise<number> {
    for (;;) {
      const answer = JSON.parse((await this.#server.request(path)).text) as Answer;
      const passed = performance.now() - started;
      if (reached(answer.status ?? {}, answer)) {
        return passed / 1_000;
      }
      if (passed > LIMIT_MS) {
        throw new Error(`not within ${LIMIT_MS / 1_000} s: ${JSON.stringify(answer.status)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Seconds from the creation of the pool until all of its nodes are Ready. */
  async createNodes(replicas: number): Promise<number> {
    const started = performance.now();
    await this.#send('POST', POOLS, {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'bench' } },
      spec: { replicas, runtime: 'simulated', template: { zones: ['zone-a', 'zone-b', 'zone-c'] } },
    });
    return this.#until(`${POOLS}/bench`, started, ({ readyReplicas }) => readyReplicas === replicas);
  }

  /** Seconds from the creation of a Deployment until all of its pods are ready. */
  async createPods(name: string, replicas: number): Promise<number> {
    const started = performance.now();
    await this.#send('POST', DEPLOYMENTS, deployment(name, replicas, 'bench:1'));
    return this.#until(`${DEPLOYMENTS}/${name}`, started, ({ readyReplicas }) => readyReplicas === replicas);
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

  stop(): Promise<unknown> {
    return this.#server.kill('SIGTERM');
  }
}
