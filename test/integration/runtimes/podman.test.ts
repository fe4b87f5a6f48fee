/** The docker runtime on a real Podman. */
import { createDockerRuntime } from '../../../src/runtimes/docker/docker-runtime.ts';
import { describeContainers } from '../../support/containers/container-suite.ts';
import { startPodman } from '../../support/containers/podman.ts';
import { missingPodman } from '../../support/containers/requirements.ts';

describeContainers({
  ...{ name: 'podman', missing: missingPodman, product: 'podman', outlivesDaemon: false },
  ...{ start: startPodman, create: createDockerRuntime },
});
