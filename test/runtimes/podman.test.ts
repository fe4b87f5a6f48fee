import { createDockerRuntime } from '../../src/runtimes/docker/docker-runtime.ts';
import { startPodman } from '../support/containers/podman.ts';
import { missingPodman } from '../support/containers/requirements.ts';
import { daemonSuite } from './daemon-suite.ts';

daemonSuite({
  name: 'podman, by the docker runtime',
  missing: missingPodman,
  start: startPodman,
  create: createDockerRuntime,
});
