/** Stops containers and waits until they have ended: TERM, and KILL after the grace. */
import type { ContainerInfo } from 'dockerode';
import { unlessGone } from './call.ts';
import type { DockerHost } from './host.ts';

/** Beyond its grace, until an engine that hangs is given up. */
const STOP_SLACK_MS = 60_000;

export async function stopAll(
  { docker, call }: Pick<DockerHost, 'docker' | 'call'>,
  containers: readonly ContainerInfo[],
  graceMs: number,
): Promise<void> {
  const stop = async ({ Id }: ContainerInfo): Promise<void> => {
    const container = docker.getContainer(Id);
    try {
      // `t=0` takes the engine's time for a TERM first; KILL is what no grace means.
      const stopping = graceMs === 0 ? container.kill() : container.stop({ t: Math.ceil(graceMs / 1_000) });
      await call(stopping, undefined, graceMs + STOP_SLACK_MS);
    } catch (error) {
      const { cause } = error as { cause?: { statusCode?: number } };
      // 304 and 409: it does not run any more.
      if (cause?.statusCode !== 304 && cause?.statusCode !== 409) {
        unlessGone(error);
      }
    }
  };
  await Promise.all(containers.map(stop));
}
