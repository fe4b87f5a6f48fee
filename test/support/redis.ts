/** A Redis of the test's own: `REDIS_URL` where given, else a `redis-server` from the PATH on a free port. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';

export interface TestRedis {
  readonly url: string;
  /** FLUSHALL; on a server that is shared this would reach others, so it is only given for our own. */
  readonly flushAll?: () => Promise<void>;
  /** Kills our own server and starts it again, empty, `downMs` later. */
  readonly restart?: (downMs: number) => Promise<void>;
  stop(): Promise<void>;
}

/** Why there is no Redis to test with, for `describe.skipIf`; undefined: there is one. */
export const missingRedis: string | undefined =
  process.env['REDIS_URL'] === undefined && !onPath() ? 'no REDIS_URL and no redis-server on the PATH' : undefined;

function onPath(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export async function startRedis(): Promise<TestRedis> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined) {
    return { url: given, stop: async () => undefined };
  }
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const launch = () => {
    const child = spawn('redis-server', settings, { stdio: 'ignore' });
    return { child, exited: new Promise<void>((resolve) => child.once('exit', () => resolve())) };
  };
  let server = launch();
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on('error', () => undefined);
  const checkOurs = async (): Promise<void> => {
    const [, folderShown] = (await client.config('GET', 'dir')) as [string, string];
    if (folderShown !== folder) {
      throw new Error(`port ${port} answers for another Redis`);
    }
  };
  await checkOurs();
  return {
    url: `redis://127.0.0.1:${port}`,
    flushAll: async () => void (await client.flushall()),
    restart: async (downMs) => {
      server.child.kill('SIGKILL');
      await server.exited;
      await new Promise((resolve) => setTimeout(resolve, downMs));
      server = launch();
      await checkOurs();
    },
    stop: async () => {
      client.disconnect();
      server.child.kill();
      await server.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
