/** Other resources for a container that runs, by UpdateContainerResources. */
import { type Resizing, RuntimeError } from '../runtime.ts';
import { linuxResources } from './container-config.ts';
import { runningContainer } from './containers.ts';
import type { CriHost } from './host.ts';

export const criResizing = (host: CriHost): Resizing => ({
  async resize(uid, name, resources) {
    const { client, reader, resized } = host;
    const container = runningContainer(await reader.parts(uid), name);
    if (container !== undefined) {
      const linux = { ...NO_LIMITS, ...linuxResources(resources) };
      try {
        await client.call(
          'UpdateContainerResources',
          { container_id: container.id, linux },
          { code: 'ResizeContainer' },
        );
      } catch (error) {
        throw error instanceof RuntimeError && error.code === 'Unsupported'
          ? new RuntimeError('ResizeContainer', error.message, { cause: error })
          : error;
      }
      resized.set(container.id, resources);
    }
    return reader.pod(uid);
  },
});

/** A limit that is taken away is lifted. */
const NO_LIMITS = { cpu_period: 100_000, cpu_quota: -1 };
