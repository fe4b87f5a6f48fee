/** An etcd of our own on free ports, its data in the benchmark's folder. */
import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { until } from '../../test/support/until.ts';
import { Skipped } from '../benchmark.ts';

export interface Etcd {
  readonly port: number;
  readonly version: string;
  stop(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Throws Skipped where etcd is not installed. */
export async function startEtcd(folder: string): Promise<Etcd> {
  const version = /etcd Version: (\S+)/.exec(spawnSync('etcd', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1];
  if (version === undefined) {
    throw new Skipped('etcd is not installed (apt-get install etcd-server)');
  }
  const port = await freePort();
  const client = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const options = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'quota-backend-bytes': '8589934592',
    logger: 'zap',
    'log-level': 'error',
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const child = spawn('etcd', args, { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await until(
    () => answers(port),
    () => 'etcd did not listen',
    15_000,
  );
  return {
    port,
    version,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
