/**
 * The soak's writers: objects of two sizes that come, change and go, so that the number alive stays the same while the
 * revision, the change log and the dead rows of Postgres grow; and a Deployment that is scaled up and down.
 */
import { Agent, request } from 'undici';
import { type Random, seededRandom } from '../../src/timing/random.ts';
import { encodeRequest, HttpConnection, type Target } from '../load/http-connection.ts';
import { configMap, NAMESPACE, pod } from '../load/manifests.ts';
import { keepDoing, pause, type Tally } from './tally.ts';

const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;
const MERGE_PATCH = 'application/merge-patch+json';
/** Of each writer. */
const ALIVE = 100;
const PAUSE_MS = 20;
const SCALE_EVERY_MS = 20_000;
const REPLICAS = [150, 20] as const;

interface Sender {
  /** Throws on any other status. */
  send(method: string, path: string, body: string | undefined, expected: number, type?: string): Promise<void>;
}

async function openSender(target: Target, tally: Tally): Promise<Sender & { close(): void }> {
  const connection = await HttpConnection.open(target);
  return {
    async send(method, path, body, expected, type) {
      const status = await connection.send(encodeRequest(target, method, path, body, type));
      if (status === 429) {
        tally.refusals += 1;
      } else if (status !== expected) {
        throw new Error(`${method} ${path}: HTTP ${status}`);
      }
      tally.writes += 1;
    },
    close: () => connection.close(),
  };
}

/** A pod that no scheduler of ours takes, so that it goes at once when it is deleted. */
const unscheduled = (name: string, random: Random): string => {
  const manifest = pod(name, random);
  return JSON.stringify({ ...manifest, spec: { ...(manifest['spec'] as object), schedulerName: 'nobody' } });
};

/** Creates, patches, and deletes the oldest: one after another, at most 50 a second. */
export async function writeObjects(target: Target, writer: number, tally: Tally, signal: AbortSignal): Promise<void> {
  const random = seededRandom(writer);
  const resource = writer % 2 === 0 ? 'configmaps' : 'pods';
  const alive: string[] = [];
  let made = 0;
  await keepDoing(tally, signal, async () => {
    const sender = await openSender(target, tally);
    try {
      while (!signal.aborted) {
        const name = `soak-${writer}-${made}`;
        made += 1;
        const body = resource === 'pods' ? unscheduled(name, random) : JSON.stringify(configMap(name));
        await sender.send('POST', `${CORE}/${resource}`, body, 201);
        alive.push(name);
        const path = `${CORE}/${resource}/${alive[Math.floor(random.next() * alive.length)]}`;
        const patch = JSON.stringify({ metadata: { annotations: { turn: String(made) } } });
        await sender.send('PATCH', path, patch, 200, MERGE_PATCH);
        if (alive.length > ALIVE) {
          await sender.send('DELETE', `${CORE}/${resource}/${alive.shift()}`, undefined, 200);
        }
        await pause(PAUSE_MS, signal);
      }
    } finally {
      sender.close();
    }
  });
}

/** Pods that are scheduled, run, become ready and are ended with grace. */
export async function scaleDeployment(target: Target, tally: Tally, signal: AbortSignal): Promise<void> {
  const labels = { app: 'soak' };
  const container = { name: 'main', image: 'soak:1' };
  const deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'soak', namespace: NAMESPACE } },
    spec: {
      ...{ replicas: 0, selector: { matchLabels: labels } },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 2, containers: [container] } },
    },
  };
  const first = await openSender(target, tally);
  await first.send('POST', DEPLOYMENTS, JSON.stringify(deployment), 201);
  first.close();
  let turn = 0;
  await keepDoing(tally, signal, async () => {
    const sender = await openSender(target, tally);
    const replicas = REPLICAS[turn % REPLICAS.length];
    turn += 1;
    await sender.send('PATCH', `${DEPLOYMENTS}/soak`, JSON.stringify({ spec: { replicas } }), 200, MERGE_PATCH);
    sender.close();
    await pause(SCALE_EVERY_MS, signal);
  });
}

/** Whole collections, read to their end. */
export async function readLists(target: Target, tally: Tally, signal: AbortSignal): Promise<void> {
  const dispatcher = new Agent({ connect: { ca: target.ca } });
  const headers = { authorization: `Bearer ${target.token}` };
  await keepDoing(tally, signal, async () => {
    for (const path of ['/api/v1/pods', '/api/v1/configmaps?resourceVersion=0', '/api/v1/pods?limit=100']) {
      const { statusCode, body } = await request(`https://${target.host}:${target.port}${path}`, {
        dispatcher,
        headers,
      });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (statusCode !== 200) {
        throw new Error(`GET ${path}: HTTP ${statusCode}`);
      }
      tally.lists += 1;
      await pause(1_000, signal);
    }
  });
  await dispatcher.destroy();
}
