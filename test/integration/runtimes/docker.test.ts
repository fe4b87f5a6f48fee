/** The docker runtime on a real Docker Engine. */
import { createDockerRuntime } from '../../../src/runtimes/docker/docker-runtime.ts';
import { describeContainers } from '../../support/containers/container-suite.ts';
import { startDockerd } from '../../support/containers/dockerd.ts';
import { missingDocker } from '../../support/containers/requirements.ts';

describeContainers({
  ...{ name: 'docker', missing: missingDocker, product: 'docker', outlivesDaemon: false },
  ...{ start: startDockerd, create: createDockerRuntime },
});
