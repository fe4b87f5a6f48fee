/** A daemon of the test's own, a Flotilla with one node on it, and a kubectl. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Daemon } from '../../support/containers/daemon.ts';
import { BUSYBOX_IMAGE } from '../../support/containers/image-tar.ts';
import { FlotillaProcess } from '../../support/flotilla.ts';
import { Kubectl } from '../../support/kubectl.ts';
import { QUICK_RESTARTS } from './crash-often.ts';

export const FOREVER = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 1 & wait $!; done";

/** Of the environment, as a host may be: while the file is there, its kernel refuses. */
const MOUNT = `#!/bin/sh
if [ -e "\${0%/*}/refuse" ]; then echo "mount: permission denied." >&2; exit 32; fi
exec /usr/bin/mount "$@"
`;

export class PodBench {
  daemon!: Daemon;
  flotilla!: FlotillaProcess;
  kubectl!: Kubectl;
  /** That hostPath volumes may be in. */
  hostFolder!: string;
  #programs!: string;

  async open(runtime: string, start: () => Promise<Daemon>): Promise<void> {
    this.daemon = await start();
    this.hostFolder = await mkdtemp(join(tmpdir(), 'flotilla-host-path-'));
    this.#programs = await mkdtemp(join(tmpdir(), 'flotilla-programs-'));
    await writeFile(join(this.#programs, 'mount'), MOUNT);
    await chmod(join(this.#programs, 'mount'), 0o755);
    const options = { ...this.daemon.options, hostPaths: [this.hostFolder] };
    const env = {
      FLOTILLA_RUNTIMES: JSON.stringify({ [runtime]: { options } }),
      PATH: `${this.#programs}:${process.env['PATH']}`,
    };
    const config = join(this.hostFolder, 'kubelet.yaml');
    await writeFile(config, QUICK_RESTARTS);
    this.flotilla = await FlotillaProcess.create({ args: ['--empty', '--kubelet-config', config], env });
    await this.flotilla.start();
    this.kubectl = await Kubectl.create(34, this.flotilla.kubeconfig);
    await this.kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'real' } },
      spec: { replicas: 1, runtime },
    });
    // A wait for the state of what is not there yet fails.
    await this.kubectl.run('wait', 'node/real-0', '--for=create', '--timeout=60s');
    await this.kubectl.run('wait', 'node/real-0', '--for=condition=Ready', '--timeout=60s');
  }

  async close(): Promise<void> {
    // What a daemon leaves of pods that still run would stay on the host.
    await this.kubectl?.outcome(['delete', 'pods', '--all', '--now', '--timeout=30s']);
    await this.kubectl?.close();
    await this.flotilla?.close();
    await this.daemon?.close();
    for (const folder of [this.hostFolder, this.#programs].filter((one) => one !== undefined)) {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async refuseMounts(refused: boolean): Promise<void> {
    const file = join(this.#programs, 'refuse');
    await (refused ? writeFile(file, '') : rm(file, { force: true }));
  }

  pod(name: string, script: string, container: object = {}, spec: object = {}) {
    return {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [{ name: 'main', image: BUSYBOX_IMAGE, command: ['sh', '-c', script], ...container }],
        ...spec,
      },
    };
  }

  ready(name: string): Promise<string> {
    return this.kubectl.run('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
  }

  field(name: string, path: string): Promise<string> {
    return this.kubectl.run('get', 'pod', name, `-o=jsonpath=${path}`);
  }

  /** What has happened to the pod, a line each. */
  events(name: string): Promise<string> {
    return this.kubectl.run('events', '--for', `pod/${name}`);
  }
}
