/** What makes pods due beside the registry: events of a runtime, and manifests of static pods. Followed again after a failure. */
import type { Logger } from '../logger.ts';
import type { Registry } from '../registry/registry.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import type { KubeletSettings } from './context.ts';
import { followManifests } from './static-pods/follow-manifests.ts';
import type { Manifests } from './static-pods/manifest-folder.ts';
import type { WakeKubelets } from './wake-kubelets.ts';

interface FollowOptions {
  readonly registry: Registry;
  readonly config: KubeletSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** After a failure of the stream. What was missed meanwhile is found by the pods' own due times. */
const RECONNECT_MS = 5_000;

export async function followStaticPods(
  options: FollowOptions,
  manifests: Manifests,
  wake: WakeKubelets,
  signal: AbortSignal,
): Promise<void> {
  const { registry, config, clock, random, logger } = options;
  while (!signal.aborted) {
    try {
      await followManifests(manifests, config.configuration, registry, wake, random, signal);
      return;
    } catch (error) {
      if (!signal.aborted) {
        logger.warn({ err: error }, 'cannot follow the manifests of static pods');
      }
    }
    await clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
  }
}

export async function followRuntime(
  options: FollowOptions,
  runtime: Runtime,
  wake: WakeKubelets,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, logger } = options;
  while (!signal.aborted) {
    try {
      for await (const { namespace, name, podUid, nodeName } of runtime.events(signal)) {
        await wake([{ nodeName, pod: { namespace, name, uid: podUid } }]);
      }
    } catch (error) {
      if (!signal.aborted) {
        logger.warn({ err: error, runtime: runtime.name }, 'event stream of the runtime failed');
      }
    }
    await clock.sleep(RECONNECT_MS * (1 + random.next()), signal).catch(() => undefined);
  }
}
