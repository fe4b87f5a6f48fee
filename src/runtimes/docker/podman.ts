/** Where what answers Docker's API is Podman. Source: podman 4.3, libpod/define/containerstate.go, pkg/api/handlers. */
import type Docker from 'dockerode';
import type { HostConfig } from 'dockerode';
import type { DockerHost } from './host.ts';

/** Its states of containers that Docker has other words for. */
const STATES: ReadonlyMap<string, string> = new Map([
  ['initialized', 'created'],
  // It still runs: it has been sent TERM.
  ['stopping', 'running'],
  // It has ended, and is not cleaned up after yet.
  ['stopped', 'exited'],
  ['removing', 'dead'],
]);
export const engineState = (state: string): string => STATES.get(state) ?? state;

interface Version {
  readonly Components?: readonly { readonly Name: string }[];
}
export const isPodman = ({ Components = [] }: Version): boolean =>
  Components.some(({ Name }) => Name === 'Podman Engine');

export async function isOnPodman({
  docker,
  call,
  engine,
}: Pick<DockerHost, 'docker' | 'call' | 'engine'>): Promise<boolean> {
  engine.version ??= await call(docker.version());
  return isPodman(engine.version);
}

const NOT_STARTED =
  /^Error: \w+: ([\s\S]*): OCI (?:runtime attempted to invoke a command that was not found|permission denied|runtime error)/;
const IN_LOG = /level=error msg="((?:[^"\\]|\\.)*)"/;

/** What an engine prints at the place of the output of a command that could not be started: Docker one line, Podman all it knows. */
export function refusalIn(text: string): string | undefined {
  if (text.startsWith('OCI runtime exec failed')) {
    return text.trim();
  }
  const [, said] = NOT_STARTED.exec(text) ?? [];
  const [, logged] = IN_LOG.exec(said ?? '') ?? [];
  return logged?.replaceAll('\\"', '"') ?? said;
}

/** Docker's API has no update there, its own has. Of a later version it is the same. */
export function updateByLibpod(
  { modem }: Docker,
  id: string,
  { CpuShares, CpuPeriod, CpuQuota, Memory, MemorySwap }: HostConfig,
): Promise<void> {
  const cpu = { shares: CpuShares, period: CpuPeriod, quota: CpuQuota };
  const options = { cpu, memory: { limit: Memory, swap: MemorySwap } };
  const statusCodes = { 200: true, 201: true, 404: 'no such container', 500: 'server error' };
  return new Promise((resolve, reject) => {
    modem.dial(
      { path: `/v4.3.0/libpod/containers/${id}/update`, method: 'POST', statusCodes, options },
      (error: unknown) => (error ? reject(error) : resolve()),
    );
  });
}
