/** What the daemons of the tests share: each is in a network and mount namespace of its own, and is stopped by pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { until } from '../until.ts';
import type { TestNetwork } from './network.ts';

export type OciRuntime = 'runc' | 'crun';

export interface Daemon {
  readonly folder: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the daemon's network, from outside, and of what is outside, from there. */
  readonly address: string;
  readonly hostAddress: string;
  /** Lets images be pulled from there over plain HTTP. */
  trustRegistry(host: string): Promise<void>;
  /** The program that made the container. */
  ociRuntimeOf(containerId: string): Promise<OciRuntime | undefined>;
  /** Kills the daemon alone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Has the log. */
  readonly folder: string;
  readonly network: TestNetwork;
  /** Of a shell, in the daemon's namespaces, before it. */
  readonly before?: string;
  readonly answers: () => Promise<unknown>;
  readonly patienceMs: number;
  readonly loadImages: () => Promise<void>;
}

interface Running {
  /** Resolves when it answers and has the images of the tests. */
  start(): Promise<void>;
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Starts of a daemon that ends before it answers. */
const RUNS = 3;

const hasEnded = (daemon: ChildProcess | undefined): boolean =>
  daemon !== undefined && (daemon.exitCode !== null || daemon.signalCode !== null);

export function daemonProcess(program: Program): Running {
  const { name, args, env, folder, network, before = '', answers, patienceMs, loadImages } = program;
  const log = `${folder}/${name}.log`;
  let daemon: ChildProcess | undefined;
  const run = (): void => {
    const words = [
      // What the kubelet mounts for pods is to be seen there.
      ...[`--net=/run/netns/${network.name}`, 'unshare', '-m', '--propagation', 'slave'],
      // crun reads the mounts and takes the second hierarchy for version 2.
      ...['sh', '-c', `umount /sys/fs/cgroup/unified 2>/dev/null; ${before}exec ${name} "$@"`, 'sh', ...args],
    ];
    daemon = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
    daemon.stderr?.pipe(createWriteStream(log, { flags: 'a' }));
  };
  return {
    async start() {
      run();
      // dockerd gives up when what is left of its last run, which was killed, keeps its containerd from starting in time.
      let left = RUNS - 1;
      const isThere = async (): Promise<boolean> => {
        if (left > 0 && hasEnded(daemon)) {
          left -= 1;
          run();
        }
        return succeeds(answers());
      };
      const why = (): string => `${name} does not answer: ${readFileSync(log, 'utf8').slice(-2_000)}`;
      await until(isThere, why, patienceMs);
      await loadImages();
    },
    async stop(signal) {
      if (daemon !== undefined && !hasEnded(daemon)) {
        const exited = new Promise((resolve) => daemon?.once('exit', resolve));
        daemon.kill(signal);
        await exited;
      }
    },
  };
}

export const succeeds = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  );
